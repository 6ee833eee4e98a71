package figure

import "math"

// Layer is a column of neurons.
type Layer struct {
	Title string
	Size  int
	// Names are written beside neurons, Values inside; both may be shorter.
	Names  []string
	Values []float64
}

// NetworkOptions says what a network has.
type NetworkOptions struct {
	// At is the room that the drawing takes: 0 is all of the figure.
	At     Rect
	Layers []Layer
	// Weights[l][to][from] is the weight from layer l to layer l+1, and
	// Biases[l][to] the bias there. Both may be missing: connections are thin
	// lines then.
	Weights [][][]float64
	Biases  [][]float64
	// Decimals is how many values have; 0 is 2, below 0 none.
	Decimals int
	// Unlabelled connections have no numbers. Those of layers that have too
	// many of them never do.
	Unlabelled bool
}

// manyWeights is how many connections between two layers have numbers at most:
// more cannot be told apart.
const manyWeights = 9

// mostNeurons is how many neurons of a layer are drawn: of a larger one there are
// the first ones, dots, and the last.
const mostNeurons = 6

// network is a drawing of one.
type network struct {
	figure   *Figure
	o        NetworkOptions
	places   [][]Point // by layer, of those that are drawn
	index    [][]int   // which neurons these are
	radius   float64
	greatest float64 // of all weights, without their signs
}

// Network adds a drawing of a network: neurons are circles, and connections are
// the wider the greater their weights are. Negative ones are dashed, and have
// another colour.
func (f *Figure) Network(o NetworkOptions) {
	if len(o.Layers) < 2 {
		f.fail("a network has %d layers, want at least 2", len(o.Layers))
		return
	}
	if o.At == (Rect{}) {
		o.At = Rect{Max: Point{f.Width, f.Height}}
	}
	if o.Decimals == 0 {
		o.Decimals = 2
	}
	o.Decimals = max(0, o.Decimals)
	for l, layer := range o.Layers {
		if layer.Size < 1 {
			f.fail("layer %d of a network has %d neurons, want at least 1", l+1, layer.Size)
			return
		}
	}
	n := &network{figure: f, o: o}
	if !n.shaped() {
		return
	}
	n.place()
	n.connections()
	for l := range o.Layers {
		n.neurons(l)
	}
}

// shaped reports whether weights and biases are as many as the layers say, and
// finds the greatest weight.
func (n *network) shaped() bool {
	for l, matrix := range n.o.Weights {
		if matrix == nil {
			continue
		}
		if l+1 >= len(n.o.Layers) || len(matrix) != n.o.Layers[l+1].Size {
			n.figure.fail("weights from layer %d are to %d neurons, which are not those of the next", l+1, len(matrix))
			return false
		}
		for _, row := range matrix {
			if len(row) != n.o.Layers[l].Size {
				n.figure.fail("a neuron of layer %d has %d weights, want %d", l+2, len(row), n.o.Layers[l].Size)
				return false
			}
			for _, w := range row {
				if math.IsNaN(w) || math.IsInf(w, 0) {
					n.figure.fail("a weight from layer %d is %v", l+1, w)
					return false
				}
				n.greatest = max(n.greatest, math.Abs(w))
			}
		}
	}
	for l, biases := range n.o.Biases {
		if biases != nil && (l+1 >= len(n.o.Layers) || len(biases) != n.o.Layers[l+1].Size) {
			n.figure.fail("layer %d has %d biases, which are not as many as its neurons", l+2, len(biases))
			return false
		}
	}
	return true
}

// place puts the neurons in columns.
func (n *network) place() {
	room := n.o.At
	top := room.Min.Y + pad
	for _, layer := range n.o.Layers {
		if layer.Title != "" {
			top = room.Min.Y + pad + LabelSize + 10
		}
	}
	bottom := room.Max.Y - pad
	most := 0
	for _, layer := range n.o.Layers {
		most = max(most, min(layer.Size, mostNeurons))
	}
	gap := min((bottom-top)/float64(most), 130)
	n.radius = min(28, float64(0.3*gap))
	side := n.radius + pad
	left, right := room.Min.X+side+n.nameRoom(0), room.Max.X-side-n.nameRoom(len(n.o.Layers)-1)
	middle := (top + bottom) / 2
	for l, layer := range n.o.Layers {
		shown := min(layer.Size, mostNeurons)
		x := left + float64((right-left)*float64(l)/float64(len(n.o.Layers)-1))
		var places []Point
		var index []int
		for i := range shown {
			p := Point{x, middle + float64((float64(i)-float64(shown-1)/2)*gap)}
			neuron := i
			if layer.Size > shown {
				if i == shown-2 {
					n.dots(p)
					continue
				}
				if i == shown-1 {
					neuron = layer.Size - 1
				}
			}
			places, index = append(places, p), append(index, neuron)
		}
		n.places, n.index = append(n.places, places), append(n.index, index)
		if layer.Title != "" {
			n.figure.add(labelLayer, Text{At: Point{x, room.Min.Y + pad + LabelSize}, Text: layer.Title, Anchor: Middle, Bold: true})
		}
	}
}

// nameRoom is what the names of an outer layer take beside it.
func (n *network) nameRoom(l int) float64 {
	room := textWidth(n.o.Layers[l].Title, LabelSize, true)/2 - n.radius
	for _, name := range n.o.Layers[l].Names {
		room = max(room, textWidth(name, LabelSize, false)+6)
	}
	return max(0, room)
}

// dots stand for the neurons that are not drawn.
func (n *network) dots(at Point) {
	var all []Point
	for i := -1; i <= 1; i++ {
		all = append(all, Point{at.X, at.Y + float64(i)*9})
	}
	n.figure.add(dataLayer, Points{all, PointStyle{Role: Muted, Size: 5}})
}

// connections draws the lines between layers, from edge to edge of circles.
func (n *network) connections() {
	for l := range n.places[:len(n.places)-1] {
		var matrix [][]float64
		if l < len(n.o.Weights) {
			matrix = n.o.Weights[l]
		}
		labelled := !n.o.Unlabelled && matrix != nil && len(n.places[l])*len(n.places[l+1]) <= manyWeights
		for j, to := range n.places[l+1] {
			for i, from := range n.places[l] {
				stroke := Stroke{Role: Muted, Width: 1}
				if matrix != nil {
					stroke = n.weighted(matrix[n.index[l+1][j]][n.index[l][i]])
				}
				dx, dy := to.X-from.X, to.Y-from.Y
				length := math.Hypot(dx, dy)
				part := n.radius / length
				at := func(t float64) Point { return Point{from.X + float64(t*dx), from.Y + float64(t*dy)} }
				n.figure.add(frameLayer, Polyline{Points: []Point{at(part), at(1 - part)}, Stroke: stroke})
				if labelled {
					p := at(0.33)
					text := Format(matrix[n.index[l+1][j]][n.index[l][i]], n.o.Decimals)
					half := float64(0.45 * textWidth(text, TickSize, false))
					n.figure.add(labelLayer,
						Box{Rect: Rect{Point{p.X - half, p.Y - 9}, Point{p.X + half, p.Y + 9}}, Radius: 4, Fill: Paint{Paper, 1}},
						Text{At: Point{p.X, p.Y + 0.35*TickSize}, Text: text, Size: TickSize, Anchor: Middle, Role: stroke.Role})
				}
			}
		}
	}
}

// weighted is the line of a connection.
func (n *network) weighted(w float64) Stroke {
	s := Stroke{Role: SeriesA, Width: 1}
	if n.greatest > 0 {
		s.Width = rounded(1+float64(4.5*math.Abs(w)/n.greatest), 0.1)
	}
	if w < 0 {
		s.Role, s.Dash = SeriesB, Dashed
	}
	return s
}

// whole reports whether all values are whole numbers.
func whole(values []float64) bool {
	for _, v := range values {
		if v != math.Trunc(v) {
			return false
		}
	}
	return true
}

// neurons draws a layer's circles with what is written in and beside them.
func (n *network) neurons(l int) {
	layer := n.o.Layers[l]
	decimals := n.o.Decimals
	if whole(layer.Values) {
		decimals = 0
	}
	for i, p := range n.places[l] {
		neuron := n.index[l][i]
		n.figure.add(dataLayer, Circle{Center: p, Radius: n.radius, Fill: Paint{Paper, 1}, Outline: Stroke{Role: Ink, Width: 2}})
		inside, beside := "", ""
		if neuron < len(layer.Values) {
			inside = Format(layer.Values[neuron], decimals)
		}
		if neuron < len(layer.Names) {
			beside = layer.Names[neuron]
		}
		if inside == "" && textWidth(beside, LabelSize, false) < 2*n.radius {
			inside, beside = beside, ""
		}
		if inside != "" {
			n.figure.add(labelLayer, Text{At: Point{p.X, p.Y + 0.35*TickSize}, Text: inside, Size: TickSize, Anchor: Middle})
		}
		if beside != "" {
			t := Text{At: Point{p.X, p.Y - n.radius - 6}, Text: beside, Anchor: Middle, Halo: true}
			switch l {
			case 0:
				t.At, t.Anchor = Point{p.X - n.radius - 6, p.Y + 0.35*LabelSize}, End
			case len(n.places) - 1:
				t.At, t.Anchor = Point{p.X + n.radius + 6, p.Y + 0.35*LabelSize}, Start
			}
			n.figure.add(labelLayer, t)
		}
		if l > 0 && l-1 < len(n.o.Biases) && n.o.Biases[l-1] != nil {
			b := n.o.Biases[l-1][neuron]
			if math.IsNaN(b) || math.IsInf(b, 0) {
				n.figure.fail("a bias of layer %d is %v", l+1, b)
				return
			}
			n.figure.add(labelLayer, Text{At: Point{p.X, p.Y + n.radius + TickSize + 3}, Text: "b = " + Format(b, n.o.Decimals), Size: TickSize, Anchor: Middle, Role: Muted, Halo: true})
		}
	}
}
