package catalog_test

import (
	"testing"

	"github.com/neurona-ml/neurona/nn/catalog"
)

func TestHelp(t *testing.T) {
	tests := []struct{ got, want string }{
		{schedules().Help(), `constant                leaves the rate as it is
cosine(floor=0, over?)  falls along half a cosine                      floor + (1-floor)·(1+cos(π·t))/2  CosineAnnealingLR
warmup(steps, then)     rises linearly, then follows another schedule
`},
		{layers().Help(), `dense(out, bias=true, init=torch_linear)  weighted sums of all inputs             x·W + b          torch.nn.Linear
stack(layers..., scale=1)                 layers one after the other
residual(layers..., scale=1)              adds its input to what its layers give
reshape(shape)                            the same numbers in another shape                        torch.nn.Unflatten
pick(column, missing=refuse)              one column by name
relu                                      cuts off what is negative               max(0, z)        torch.nn.ReLU
leaky_relu(slope=0.01)                    shrinks what is negative                max(slope·z, z)  torch.nn.LeakyReLU
silu                                      is z where that is large                z·sigmoid(z)     torch.nn.SiLU
`},
		{catalog.New[scratch]("thing").With(scratchPart("a")).Help(), "a  help\n"},
		{describe(t, rules(), "adamw"), `adamw(lr=0.001, betas=[0.9, 0.999], decay=0.01)
  Adam with the decay apart from the gradient
  formula: p -= lr·m/(√v+ε)
  PyTorch: torch.optim.AdamW
  lr     a number, at least 0                            0.001 by default         learning rate
  betas  a list of numbers, each at least 0 and below 1  [0.9, 0.999] by default  how slowly the means forget
  decay  a number, at least 0                            0.01 by default          weight decay
`},
		{describe(t, schedules(), "warmup"), `warmup(steps, then)
  rises linearly, then follows another schedule
  example: warmup(500, cosine)
  steps  an integer, at least 0  required  steps until the rate is whole
  then   a schedule              required  what follows
`},
		{describe(t, schedules(), "cosine"), `cosine(floor=0, over?)
  falls along half a cosine
  formula: floor + (1-floor)·(1+cos(π·t))/2
  PyTorch: CosineAnnealingLR
  floor  a number, at least 0 and at most 1  0 by default     the fraction of the rate that stays
  over   an integer, at least 1              may be left out  steps; otherwise the whole training
`},
		{describe(t, schedules(), "constant"), "constant\n  leaves the rate as it is\n"},
	}
	for _, test := range tests {
		if test.got != test.want {
			t.Errorf("got\n%s\nwant\n%s", test.got, test.want)
		}
	}
	if _, err := schedules().Describe("cosin"); err == nil || err.Error() != `unknown schedule "cosin", did you mean "cosine"? (known: constant, cosine, warmup)` {
		t.Error(err)
	}
}

func describe[P any](t *testing.T, c catalog.Catalog[P], name string) string {
	t.Helper()
	text, err := c.Describe(name)
	if err != nil {
		t.Error(err)
	}
	return text
}
