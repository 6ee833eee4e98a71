// Package native is neurona's own backend: tuned microkernels, the loops and
// threads around them, and a Dense plan whose weights live in the layout that
// the microkernel reads.
//
// A result is the same, bit for bit, for any number of workers and from run
// to run, for one ISA: every element of a product is one chain of
// multiply-adds along k, however it is cut, and no sum is split among
// workers. Between ISAs results may differ by rounding.
package native
