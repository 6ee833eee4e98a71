// Command gate decides whether one revision of neurona is slower than another:
//
//	go run ./bench/gate [flags] BASE HEAD
//
// BASE and HEAD are git revisions, directories with a source tree, or test
// binaries built from package bench. The gate runs a named subset of the
// benchmarks, first BASE against itself for the noise of this machine, then
// BASE against HEAD, in alternating processes. Times and rates are compared
// by statistics, exact metrics (allocations, FLOPs, instructions) by value.
// README.md says how it decides.
//
// Exit codes: 0 same or better, 1 failure, 2 usage, 4 worse, 5 cannot tell or
// nothing compared, 130 interrupted.
package main
