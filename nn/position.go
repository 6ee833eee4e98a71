package nn

import (
	"fmt"
	"math"

	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/fault"
)

// Position is where Fit is, or has stopped: the epoch under way or to come, counted from 1,
// and the rows of it that steps have been taken with. Batches gathered for an accumulated step
// that has not been taken do not count. With the weights, what the optimizer keeps and what
// callbacks do (Run.State) it says where to go on from: see StartAt.
func (t *Trainer) Position() (epoch int, rows int64) { return t.epochs + 1, t.rows }

// StartAt has Fit begin in the middle of an epoch, behind so many of its rows, where a Fit
// of the same source has stopped:
//
//	t.Fit(ctx, source, nn.StartAt(t.Position()), nn.Epochs(left))
//
// Steps are those that would have followed, but that dropout draws anew if batches of an
// accumulated step were dropped. What is left of the epoch counts as one of Epochs,
// and its EpochInfo is about that alone; if nothing is left, it has a loss of NaN.
func StartAt(epoch int, rows int64) FitOption {
	return fitOption(func(c *fitConfig) { c.start, c.startEpoch, c.startRows = true, epoch, rows })
}

// checkStart reports a position that is none of epochs with so many samples.
func (c *fitConfig) checkStart(samples int64) error {
	if c.startEpoch < 1 || c.startEpoch >= math.MaxInt32 {
		return fault.Value("fit", "epoch to start in", float64(c.startEpoch), "at least 1, and less than 2³¹-1")
	}
	if c.startRows < 0 || samples != data.Unknown && c.startRows > samples {
		want := "at least 0"
		if samples != data.Unknown {
			want = fmt.Sprintf("at least 0 and at most %d, those of an epoch", samples)
		}
		return fault.Value("fit", "rows to start after", float64(c.startRows), want)
	}
	return nil
}
