package nn

// gathered is the gradients that backward passes have computed and no step has
// used, as far as an optimizer has to know about them.
//
// Gradients come as means over a batch. In an accumulated step a batch counts by
// its weight, which is the loss's or, to Backward, the number of its rows: its gradients
// are multiplied by its weight over that of the first batch, and the sum by the
// first one's weight over that of all.
type gathered struct {
	passes  int        // whose gradients they are the sum of
	counted int        // batches that an accumulating optimizer has counted
	by      *Optimizer // which

	first   float64 // weight of the first batch
	current float64 // weight of the batch that is not counted yet, 0 if there is none
	weight  float64 // of the batches counted

	rows  bool    // weights are rows, Backward's, rather than those of a loss
	bound float64 // no gradient of a block is larger in magnitude
}

// join prepares for gradients of batches that weigh their rows, or what a loss says. Those
// of one kind cannot be added to those of the other: what is there is then dropped.
func (g *gathered) join(rows bool) error {
	if g.passes > 0 && g.rows != rows {
		*g = gathered{}
		return ErrMixedGradients
	}
	g.rows = rows
	return nil
}

// begin starts anew unless o has counted what is there for an accumulated step.
func (g *gathered) begin(o *Optimizer) {
	if g.passes > 0 && (g.counted == 0 || g.by != o) {
		*g = gathered{}
	}
}

// factor is what the gradients of a pass of that weight are multiplied by. Several
// passes that are counted as one batch count as the first of them.
func (g *gathered) factor(weight float64) float32 {
	if g.passes == 0 {
		return 1
	}
	if g.current != 0 {
		weight = g.current
	}
	return float32(weight / g.first)
}

// add notes that the gradients of a pass of that weight are there, none larger than
// bound.
func (g *gathered) add(weight, bound float64) {
	if g.passes == 0 {
		g.first = weight
	}
	if g.current == 0 {
		g.current = weight
	}
	g.passes++
	g.bound += bound
}

// count counts a batch for o.
func (g *gathered) count(o *Optimizer) {
	g.by = o
	g.counted++
	g.weight += g.current
	g.current = 0
}

// coefficient makes the sum of the gradients counted the mean over them all.
func (g *gathered) coefficient() float64 {
	if g.weight == g.first {
		return 1 // as nearly always, without dividing
	}
	return g.first / g.weight
}
