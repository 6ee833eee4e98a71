// Package lessons tells how neural networks work, in ten short lessons that train real ones: what a neuron is, what it cannot
// do, what several can do together, and how they learn it. Each is there in English and in Spanish, for a terminal, as figures
// for slides, as a page, and as a part of a small site.
//
//	lesson, err := lessons.Make(ctx, "xor")
//	err = lesson.WriteText(os.Stdout, lessons.Spanish, lessons.Terminal{Unicode: true})
//	err = lessons.WriteBook(ctx, "book")
//
// The story follows an introduction in Spanish that explains by pictures, the series on neural networks by Carlos Santana,
// known as Dot CSV; words, figures and numbers are our own.
//
// # How a lesson is made
//
// A lesson is three files and a line in catalog.go. Its facts (xor.go) are what the library finds when it trains; its figures
// (xor_figures.go) draw them; its texts (text/xor.en.md, text/xor.es.md) are templates over them, in the Markdown of package
// internal/page. So no number in a text is typed where it could be computed, and both languages have the same ones. The Go that
// a lesson shows is an example of this package (example_xor_test.go), which is compiled and run as a test. Facts depend on the
// machine as far as float32 does; what texts say in words of them is tested on each.
package lessons
