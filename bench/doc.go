// Package bench is the suite that tracks neurona's throughput: what is
// measured, the work in it and the roofs it is measured against. The
// benchmarks themselves are in its test files:
//
//	go test ./bench -bench .
//
// The commands below it, modules of their own, use the same shapes: compare
// sets the rivals beside neurona, gate looks for lost throughput between two
// revisions.
package bench
