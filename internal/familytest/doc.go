// Package familytest is what every family of parts with a catalogue is held to:
// that a part is one file, one line and one golden, that the documentation lists
// what there is, and that a part of one's own is found wherever a part is.
//
// It is for the tests of families. Their flag -update writes what is not written
// by hand: goldens, and the table in the package comment.
package familytest
