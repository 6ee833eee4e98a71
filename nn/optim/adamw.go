package optim

import "github.com/neurona-ml/neurona/nn/catalog"

// AdamW is Adam with the weight decay taken out of the gradient (Loshchilov
// and Hutter, "Decoupled weight decay regularization", 2019), as PyTorch
// computes it (torch.optim.AdamW). The decay is 0.01 unless Decay says
// otherwise.
func AdamW(rate float64, opts ...AdamOption) Rule {
	return newAdam(adam{moments: newMoments(rate, epsilonDefault, 0.01), decoupled: true}, opts)
}

func adamwPart() catalog.Part[Rule] {
	return adamsPart(true, "adamw", "Adam with the decay apart from the gradient", "p -= lr·(m̂/(√v̂+epsilon) + decay·p), as adam", "0.01", "torch.optim.AdamW")
}
