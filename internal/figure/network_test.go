package figure

import (
	"strings"
	"testing"
)

// TestNetworkWeights: the greatest weight has the widest line, and negative ones
// are dashed and of another colour.
func TestNetworkWeights(t *testing.T) {
	f := newFigure()
	f.Network(NetworkOptions{Layers: []Layer{{Size: 3}, {Size: 1}}, Weights: [][][]float64{{{0, 2, -4}}}})
	lines := kept[Polyline](f)
	if len(lines) != 3 {
		t.Fatalf("there are %d connections, want 3", len(lines))
	}
	none, positive, negative := lines[0].Stroke, lines[1].Stroke, lines[2].Stroke
	if !(none.Width < positive.Width && positive.Width < negative.Width) {
		t.Errorf("connections are %v, %v and %v wide, want them to rise", none.Width, positive.Width, negative.Width)
	}
	if positive.Dash != Solid || negative.Dash == Solid || positive.Role == negative.Role {
		t.Errorf("a positive weight is drawn as %+v, a negative one as %+v", positive, negative)
	}
	var said []string
	for _, text := range kept[Text](f) {
		said = append(said, text.Text)
	}
	if got := strings.Join(said, " "); got != "0.00 2.00 −4.00" {
		t.Errorf("the weights are written %q", got)
	}
}

// TestNetworkLarge: of a large layer the first neurons and the last are drawn,
// with dots between them, and too many weights have no numbers.
func TestNetworkLarge(t *testing.T) {
	f := newFigure()
	f.Network(NetworkOptions{Layers: []Layer{{Size: 100, Names: make([]string, 99)}, {Size: 3}}})
	if got := len(kept[Circle](f)); got != 5+3 {
		t.Errorf("%d neurons are drawn, want 8", got)
	}
	if got := len(kept[Polyline](f)); got != 5*3 {
		t.Errorf("%d connections are drawn, want 15", got)
	}
	if got := len(kept[Points](f)); got != 1 {
		t.Errorf("%d rows of dots are drawn, want 1", got)
	}
}
