package nn

import (
	"fmt"

	"github.com/neurona-ml/neurona/nn/loss"
)

// LogitsError reports a network whose outputs cannot be the logits, or the logarithms of
// variances, that a loss takes them for, because of its last activation.
type LogitsError struct {
	Activation string // the network's last: "sigmoid"
	Bounds     string // of what comes out of it, in words: "between 0 and 1"
	Loss       string // by name
	Takes      string // what the loss takes outputs for: "logits"
	Applies    string // what the loss applies to the outputs itself: "sigmoid"; empty for nothing
}

func (e *LogitsError) Error() string {
	if e.Applies == "" {
		return fmt.Sprintf("%s keeps the outputs %s, but the loss %s takes them for %s, which may be any number: leave out the last %s, or use MSE, which takes outputs as they are",
			e.Activation, e.Bounds, e.Loss, e.Takes, e.Activation)
	}
	return fmt.Sprintf("%s keeps the outputs %s, but the loss %s takes them for %s, which may be any number, and applies %s itself: leave out the last %s, or use MSE, which takes outputs as they are",
		e.Activation, e.Bounds, e.Loss, e.Takes, e.Applies, e.Activation)
}

// checkLogits reports, as a *LayerError around a *LogitsError, a loss on outputs
// that may be any number, such as logits, for a network whose outputs are within bounds: it
// would learn next to nothing.
func (g *graph) checkLogits(l loss.Loss) error {
	if whole, ok := l.(loss.Composite); ok {
		for _, p := range whole.Parts() {
			if err := g.checkLogits(p.Loss); err != nil {
				return err
			}
		}
		return nil
	}
	link := l.Link()
	if link.Takes() == "" {
		return nil
	}
	for v := g.output; g.values[v].from >= 0; {
		n := g.nodes[g.values[v].from]
		if n.f != nil && n.f.Bounds != "" {
			err := &LogitsError{Activation: n.f.Name, Bounds: n.f.Bounds, Loss: l.String(), Takes: link.Takes(), Applies: link.String()}
			if link == loss.Margin {
				err.Applies = ""
			}
			return n.wrap(err)
		}
		// What dropout and the identity pass on comes from the node below.
		if !n.op.handsOn(n) {
			return nil
		}
		v = n.in[0]
	}
	return nil
}
