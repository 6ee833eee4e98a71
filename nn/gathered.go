package nn

// gathered is the gradients that backward passes have computed and no step has
// used, as far as an optimizer has to know about them.
//
// Gradients come as means over the rows of a batch. In an accumulated step a batch
// counts as its rows do: its gradients are multiplied by its rows over those of
// the first batch, and the sum by the first one's rows over all rows.
type gathered struct {
	passes  int        // whose gradients they are the sum of
	counted int        // batches that an accumulating optimizer has counted
	by      *Optimizer // which

	first   int // rows of the first batch
	current int // rows of the batch that is not counted yet, 0 if there is none
	rows    int // of the batches counted

	bound float64 // no gradient of a block is larger in magnitude
}

// begin starts anew unless o has counted what is there for an accumulated step.
func (g *gathered) begin(o *Optimizer) {
	if g.passes > 0 && (g.counted == 0 || g.by != o) {
		*g = gathered{}
	}
}

// factor is what the gradients of a pass over so many rows are multiplied by. Several
// passes that are counted as one batch count as the first of them.
func (g *gathered) factor(rows int) float32 {
	if g.passes == 0 {
		return 1
	}
	if g.current != 0 {
		rows = g.current
	}
	return float32(float64(rows) / float64(g.first))
}

// add notes that the gradients of a pass over so many rows are there, none larger than
// bound.
func (g *gathered) add(rows int, bound float64) {
	if g.passes == 0 {
		g.first = rows
	}
	if g.current == 0 {
		g.current = rows
	}
	g.passes++
	g.bound += bound
}

// count counts a batch for o.
func (g *gathered) count(o *Optimizer) {
	g.by = o
	g.counted++
	g.rows += g.current
	g.current = 0
}

// coefficient makes the sum of the gradients counted the mean over their rows.
func (g *gathered) coefficient() float64 {
	if g.rows == g.first {
		return 1 // as nearly always, without dividing
	}
	return float64(g.first) / float64(g.rows)
}
