package figure

import (
	"errors"
	"fmt"
)

// Smallest is the size of text, in units of a figure that is 640 wide, below
// which nobody reads it on a telephone.
const Smallest = 14.0

// Check says all that is wrong with a figure. Beyond what every writer refuses
// this is text that leaves the figure, is smaller than [Smallest] or lies on
// other text, as far as widths can be told before the font is known.
func (f *Figure) Check() error {
	if err := f.valid(); err != nil {
		return err
	}
	var texts textList
	f.draw(&texts)
	var all []error
	smallest := float64(Smallest*f.Width) / 640
	for i, t := range texts.list {
		e := t.extent()
		if e.Min.X < 0 || e.Min.Y < 0 || e.Max.X > f.Width || e.Max.Y > f.Height {
			all = append(all, fmt.Errorf("figure %q: the text %q leaves it: it takes (%.0f, %.0f) to (%.0f, %.0f) of %v x %v", f.Name, t.Text, e.Min.X, e.Min.Y, e.Max.X, e.Max.Y, f.Width, f.Height))
		}
		if t.size() < smallest {
			all = append(all, fmt.Errorf("figure %q: the text %q has size %v, want at least %v", f.Name, t.Text, t.size(), smallest))
		}
		for _, other := range texts.list[:i] {
			if e.overlaps(other.extent()) {
				all = append(all, fmt.Errorf("figure %q: the text %q lies on %q", f.Name, t.Text, other.Text))
			}
		}
	}
	return errors.Join(all...)
}

// textList is a canvas that only looks at text.
type textList struct{ list []Text }

func (t *textList) text(m Text)       { t.list = append(t.list, m) }
func (t *textList) polyline(Polyline) {}
func (t *textList) area(Area)         {}
func (t *textList) points(Points)     {}
func (t *textList) arrow(Arrow)       {}
func (t *textList) cells(Cells)       {}
func (t *textList) circle(Circle)     {}
func (t *textList) box(Box)           {}
