package loss

import (
	"math"

	"github.com/neurona-ml/neurona/kernels"
	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// klDiv is the loss that KLDiv returns.
type klDiv struct {
	ofClasses
	kernels *kernels.Set
}

// KLDiv is the Kullback-Leibler divergence of the softmax of outputs z, which are logits, from target
// distributions: PyTorch's KLDivLoss of the log-softmax of outputs, with reduction "batchmean". It is the mean over the
// rows of
//
//	L = Σⱼ tⱼ·(ln tⱼ - ln softmax(z)ⱼ)        ∂L/∂zⱼ = softmax(z)ⱼ - tⱼ
//
// with 0·ln 0 = 0: CrossEntropy of distributions less their own entropy, 0 where they are
// met. Targets are probabilities, a column for each output, whose rows add up to 1 but for 0.011 of rounding: Check
// reports others. A sample is right if its largest logit is where its largest probability is.
func KLDiv() Loss { return klDiv{} }

func klDivPart() catalog.Part[Loss] {
	return catalog.Part[Loss]{
		Name: "kl_div", Help: "of logits, from a distribution over the classes", Formula: "Σ t·(ln t - ln softmax(y))", Torch: "torch.nn.KLDivLoss",
		Formerly: map[string]string{"kl": "kl_div", "kl_divergence": "kl_div", "kl_div_loss": "kl_div"},
		New:      func(catalog.Args) (Loss, error) { return KLDiv(), nil },
	}
}

func (klDiv) String() string { return "kl_div" }

func (klDiv) Link() Link { return Softmax }

func (klDiv) Outputs(targets int) int { return targets }

func (klDiv) Bind(k *kernels.Set) Loss { return klDiv{kernels: k} }

func (klDiv) Check(t data.Target, rows, cols int) error {
	return checkDistributions("kl_div", &t, rows, cols)
}

func (l klDiv) Sum(y tensor.Matrix, t data.Target, dy tensor.Matrix, scale float64) float64 {
	if t.Weights != nil {
		return weighted(l, y, t, dy, scale)
	}
	k, sum := orBest(l.kernels), 0.0
	for i := range y.Rows {
		m := mixture{want: tensor.Row(t.Values, i), label: -1, keep: 1}
		row := m.sum(k, gradientRow(dy, i), tensor.Row(y, i), scale)
		sum += row + negativeEntropy(k, m.want)
	}
	return sum
}

// negativeEntropy is Σ tⱼ·ln tⱼ.
func negativeEntropy(k *kernels.Set, t []float32) (sum float64) {
	if len(t) > narrow {
		return k.SumEntropy(t)
	}
	for _, v := range t {
		if v > 0 {
			sum += float64(float64(v) * math.Log(float64(v)))
		}
	}
	return sum
}
