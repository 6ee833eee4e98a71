// Package datasets provides tables of examples to train on: classic sets drawn
// by code, which need no file, and sets of images read from IDX files.
//
//	Gate, Circle, Moons, Spiral, Blobs   two features each, for lessons and plots
//	Digits                               28x28 images of 0 to 9, drawn from strokes
//	ReadIDX, LoadMNIST                   IDX, the format of MNIST, plain or gzip
//
// [Open] maps the names of the built-in sets to a training and a test part.
//
// A [Set] holds its features row-major in float32, the layout that package nn
// takes. Generators are functions of their arguments: the same seed gives the
// same rows in every run on one architecture, and a larger set begins with the
// rows of a smaller one.
//
// CSV files are read by package [github.com/neurona-ml/neurona/datasets/table],
// whose scalers serve features of a Set too.
//
// # Errors
//
// Nothing here panics or prints because of what a file holds. A damaged file is
// a [*FormatError] that names the file and the byte where reading failed; a set
// that contradicts itself is a [*ShapeError] or a [*ValueError]; an argument that
// cannot be used is an [*ArgumentError]; an unknown name suggests the nearest
// known one. What was wrong is one of the Err values, for errors.Is. Readers
// trust no header: memory grows with the data that arrives, not with the data
// that is promised.
package datasets
