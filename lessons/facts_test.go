package lessons

import (
	"context"
	"math"
	"testing"
)

// TestFacts checks what the texts say in words of the numbers that they show, on whatever this machine computes with.
func TestFacts(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	check := func(what string, holds bool) {
		t.Helper()
		if !holds {
			t.Error(what)
		}
	}
	near := func(a, b, tolerance float64) bool { return math.Abs(a-b) <= tolerance }

	var n neuronFacts
	must(t, n.compute(ctx))
	check("the bill is 2·1.5 + 1·4.25 + 0.75", n.Sum == 8 && n.Big == 16.75 && n.VoucherSum == 6)
	check("each coffee adds 1.5", near(n.More[8]-n.More[7], 1.5, 1e-6) && near(n.More[1]-n.More[0], 1.5, 1e-6))
	check("the step says no to 9.5 and yes to 11", n.Stepped[3] == 0 && n.Stepped[4] == 1)

	var r regressionFacts
	must(t, r.compute(ctx))
	check("descent finds the least-squares line", near(r.W, r.ExactW, 0.001) && near(r.B, r.ExactB, 0.1))
	check("the cost is within a hundredth before the end", r.Within > 0 && r.Within < r.Epochs)
	check("a rise of all rents changes the bias alone", near(r.RisenW, r.W, 0.001) && near(r.RisenB, r.B+r.Rise, 0.1))
	check("the best line misses by nothing on average", near(r.MeanResidual, 0, 0.05))

	var g gatesFacts
	must(t, g.compute(ctx))
	check("AND", g.And.Out == [4]float64{0, 0, 0, 1})
	check("OR", g.Or.Out == [4]float64{0, 1, 1, 1})
	check("OR by weights", g.Heavy.Out == [4]float64{0, 1, 1, 1})
	check("NAND", g.Nand.Out == [4]float64{1, 1, 1, 0})
	last := g.Learnt[len(g.Learnt)-1]
	check("a sigmoid learns AND", last.Out[0] < 0.5 && last.Out[1] < 0.5 && last.Out[2] < 0.5 && last.Out[3] > 0.5)
	check("its weights are larger than those set by hand", last.W1 > 1 && last.W2 > 1)

	var x xorFacts
	must(t, x.compute(ctx))
	check("one neuron says half and half", near(x.AloneLoss, math.Ln2, 0.001))
	check("some starts get stuck, some do not", x.Failed > 0 && x.Failed < x.Starts && x.GoodSeed != 0 && x.BadSeed != 0)
	check("fewer get stuck with four hidden neurons", x.Wider < x.Failed)
	for _, h := range x.Hand {
		check("XOR is the AND of OR and NAND", h.Xor == h.Or*h.Nand && (h.Xor == 1) == (h.X1 != h.X2))
	}

	var w networkFacts
	must(t, w.compute(ctx))
	check("each layer more is better", w.Accuracy > w.ShallowAccuracy+0.05 && w.ShallowAccuracy > w.SingleAccuracy+0.05)
	check("the formula of the text counts its parameters", w.Parameters == (2*4+4)+(4*3+3)+(3*1+1) && w.Small == (3*5+5)+(5*2+2))
	check("a large network learns by heart", w.FewTrain > 0.97 && w.FewTest < 0.8)

	var l linearFacts
	must(t, l.compute(ctx))
	check("two layers are one", near(l.Two, l.One, 1e-4))
	check("ten layers are a line", l.Farthest < 1e-3)
	check("with bends they are none", l.Bent > 0.1)
	check("no better than guessing", l.FlatCircle < 0.7 && l.BentCircle > 0.95)

	var a activationsFacts
	must(t, a.compute(ctx))
	check("σ(0) is a half, and its slope a quarter", near(a.AtZero, 0.5, 1e-6) && near(a.SlopeAtZero, 0.25, 1e-6))
	check("a gradient through sigmoids fades", a.DeepReal > 0 && a.DeepReal <= a.DeepSlope)
	for _, b := range a.Bins {
		check("what is said to be likely happens as often", near(b.Said, b.Happened, 0.05) && b.N > 100)
	}

	var c circleFacts
	must(t, c.compute(ctx))
	check("four neurons enclose the circle", c.Good.Accuracy > 0.95 && c.Good.Gap < 140)
	check("a start fails, and its fence is open", c.Failed > 0 && c.Bad.Accuracy < c.Limit)
	check("three are enough, two are not", c.Three > 0.9 && c.Two < 0.85)

	var d descentFacts
	must(t, d.compute(ctx))
	check("too small does not arrive soon, right does", d.Paths[1].Within > 0 && (d.Paths[0].Within == 0 || d.Paths[0].Within > 5*d.Paths[1].Within))
	check("almost too large comes down, too large does not", !d.Paths[2].Wild(d.StartCost) && d.Paths[3].Wild(d.StartCost) && d.Paths[4].Broken != "")
	check("ten times the inputs, about a hundred times the curvature", d.TenCurvature > 70*d.Curvature && d.TenCurvature < 100*d.Curvature)
	check("the gradient at the bottom is nought", near(d.BottomSlopeW, 0, 1e-5) && near(d.BottomSlopeB, 0, 1e-5))

	var b backpropFacts
	must(t, b.compute(ctx))
	check("nine parameters", b.Parameters == 9 && b.Passes == 18)
	check("the chain rule, the library and finite differences agree", b.Worst < 1e-6)
	for _, p := range b.Weights {
		check("the product is of the factors", near(p.Product, p.Library, 1e-6))
	}
	check("a step lowers the cost", b.CostAfter < b.Cost)
	check("no error, no gradient", b.Perfect < 1e-6)
	check("the shares have different signs", b.Hidden[0].Delta < 0 && b.Hidden[1].Delta > 0)
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
