package datasets

import (
	"fmt"
	"slices"

	"github.com/neurona-ml/neurona/internal/names"
)

// Options for Open.
type Options struct {
	// Dir is the folder of sets that are read from files: it holds
	// mnist/ or the MNIST files themselves.
	Dir string
	// Rows is the number of training rows, 0 for the set's default; the test
	// part shrinks or grows with it. Of MNIST it takes the first Rows training
	// rows and the whole test part.
	Rows int
	// Seed of the sets drawn by code.
	Seed uint64
}

// Names returns the names that Open knows.
func Names() []string {
	known, _ := gates()
	return append(known, "circle", "moons", "spiral", "blobs", "digits", "mnist")
}

// Open returns the training and the test part of a built-in set, at its usual
// difficulty:
//
//	and or nand nor xor xnor   the 4 rows of the gate, as both parts
//	circle                     1000 + 500 points, no noise
//	moons                      1000 + 500 points, noise 0.15
//	spiral                     1500 + 750 points, 3 arms, noise 0.02
//	blobs                      1000 + 500 points, 4 clouds, spread 0.3
//	digits                     10000 + 2000 images
//	mnist                      60000 + 10000 images, read from files in Options.Dir
func Open(name string, opts Options) (train, test *Set, err error) {
	if opts.Rows < 0 {
		return nil, nil, &ArgumentError{"Open", "Rows", opts.Rows, "at least 1, or 0 for the default"}
	}
	known, _ := gates()
	if slices.Contains(known, name) {
		return openGate(name, opts)
	}
	switch name {
	case "circle":
		return drawn(opts, 1000, 500, func(n int) (*Set, error) { return Circle(n, 0, opts.Seed) })
	case "moons":
		return drawn(opts, 1000, 500, func(n int) (*Set, error) { return Moons(n, 0.15, opts.Seed) })
	case "spiral":
		return drawn(opts, 1500, 750, func(n int) (*Set, error) { return Spiral(n, 3, 0.02, opts.Seed) })
	case "blobs":
		return drawn(opts, 1000, 500, func(n int) (*Set, error) { return Blobs(n, 4, 0.3, opts.Seed) })
	case "digits":
		return drawn(opts, 10000, 2000, func(n int) (*Set, error) { return Digits(n, opts.Seed) })
	case "mnist":
		return openMNIST(opts)
	}
	return nil, nil, names.Unknown("data set", name, Names())
}

// openGate returns a gate as both parts: there is nothing beyond its four rows.
func openGate(name string, opts Options) (train, test *Set, err error) {
	if opts.Rows != 0 && opts.Rows != 4 {
		return nil, nil, &ArgumentError{"Open", "Rows", opts.Rows, fmt.Sprintf("4, all that %q has, or 0", name)}
	}
	if train, err = Gate(name); err != nil {
		return nil, nil, err
	}
	test, err = Gate(name)
	return train, test, err
}

// drawn draws both parts of a set in one go: the rows are independent, so the
// first ones can train and the rest test.
func drawn(opts Options, trainRows, testRows int, draw func(n int) (*Set, error)) (train, test *Set, err error) {
	if opts.Rows > maxElements {
		return nil, nil, &ArgumentError{"Open", "Rows", opts.Rows, fmt.Sprintf("at most %d", maxElements)}
	}
	if opts.Rows > 0 {
		testRows = max(1, int(int64(opts.Rows)*int64(testRows)/int64(trainRows)))
		trainRows = opts.Rows
	}
	s, err := draw(trainRows + testRows)
	if err != nil {
		return nil, nil, err
	}
	train, test = s.cut(trainRows)
	return train, test, nil
}

// openMNIST reads MNIST and cuts the training part to the rows asked for.
func openMNIST(opts Options) (train, test *Set, err error) {
	if train, test, err = LoadMNIST(opts.Dir); err != nil {
		return nil, nil, err
	}
	if opts.Rows > train.Rows {
		return nil, nil, &ArgumentError{"Open", "Rows", opts.Rows, fmt.Sprintf("at most %d, all that mnist has", train.Rows)}
	}
	if opts.Rows > 0 {
		train, _ = train.cut(opts.Rows)
	}
	return train, test, nil
}
