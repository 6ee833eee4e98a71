package figure

import (
	"errors"
	"fmt"
	"math"
	"strings"

	"github.com/neurona-ml/neurona/internal/plain"
)

// Figure is a drawing: marks in units of its own, from the top left corner, and
// what to say to who cannot see it.
type Figure struct {
	// Name tells the figure from others on a page: small letters, digits and
	// single hyphens, of which a letter is the first.
	Name string
	// Title is its name for readers. It is not drawn: [AxesOptions] has titles
	// that are.
	Title string
	// Alt says what one sees, in a full sentence or more.
	Alt string
	// Width and Height are its size, typically 640 x 400.
	Width, Height float64

	layers [layers][]Mark
	err    error // the first mistake
}

// A figure has layers, drawn in this order, so that what helpers add later does
// not hide what should be seen.
const (
	groundLayer = iota // regions
	frameLayer         // grids, axes, ticks
	dataLayer          // what is shown, and what callers add
	labelLayer         // what it is called
	layers
)

// New returns an empty figure.
func New(name, title, alt string, width, height float64) *Figure {
	return &Figure{Name: name, Title: title, Alt: alt, Width: width, Height: height}
}

// Add puts marks above those that have been added, and below the labels of
// axes.
func (f *Figure) Add(marks ...Mark) { f.add(dataLayer, marks...) }

func (f *Figure) add(layer int, marks ...Mark) {
	f.layers[layer] = append(f.layers[layer], marks...)
}

// fail remembers the first mistake.
func (f *Figure) fail(format string, args ...any) {
	if f.err == nil {
		f.err = fmt.Errorf(format, args...)
	}
}

// largest is how many units a figure can be wide and high.
const largest = 10000

// sentence is how short an alternative text cannot be.
const sentence = 20

// valid says what is wrong with the figure, if anything is: what no writer can
// write.
func (f *Figure) valid() error {
	if f == nil {
		return errors.New("figure: there is none")
	}
	wrap := func(err error) error { return fmt.Errorf("figure %q: %w", f.Name, err) }
	alt := strings.TrimSpace(f.Alt)
	switch {
	case !plain.IsName(f.Name):
		return fmt.Errorf("figure: the name %q should be small letters, digits and single hyphens, and begin with a letter", f.Name)
	case strings.TrimSpace(f.Title) == "":
		return wrap(errors.New("it has no title"))
	case len(alt) < sentence || !strings.ContainsAny(alt[len(alt)-1:], ".!?"):
		return wrap(fmt.Errorf("its alternative text is %q, want at least a full sentence", f.Alt))
	case !(f.Width >= 1 && f.Width <= largest && f.Height >= 1 && f.Height <= largest):
		return wrap(fmt.Errorf("its size is %v x %v, want at least 1 and at most %d each way", f.Width, f.Height, largest))
	case f.err != nil:
		return wrap(f.err)
	}
	for _, marks := range f.layers {
		for _, m := range marks {
			if m == nil {
				return wrap(errors.New("a mark is nil"))
			}
			if err := m.check(); err != nil {
				return wrap(err)
			}
		}
	}
	return nil
}

// draw draws all marks on a canvas.
func (f *Figure) draw(c canvas) {
	for _, marks := range f.layers {
		for _, m := range marks {
			m.draw(c)
		}
	}
}

// finite reports whether all values are numbers that can be drawn. The bound
// keeps sums of them finite, and is beyond any figure.
func finite(values ...float64) bool {
	for _, v := range values {
		if !(math.Abs(v) <= 1e6) {
			return false
		}
	}
	return true
}
