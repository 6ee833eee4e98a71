// Package nntest checks parts that people write themselves: layers, losses, rules, schedules, metrics, initialisers and
// sources. Each check is a function for a test, returns an error that says what is wrong, and takes options where there is
// something to choose:
//
//	func TestMyLayer(t *testing.T) {
//		if _, err := nntest.CheckLayer(MyLayer{}, tensor.Shape{7}, nntest.Rows(5)); err != nil {
//			t.Error(err)
//		}
//	}
//
// What a check promises is in its comment; the parts of neurona pass all of them.
package nntest
