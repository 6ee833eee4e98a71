// Package layer is what networks are made of: what a layer is, how it becomes part of a
// network, and a family of layers with a catalogue.
//
// A [Layer] describes. [Layer.Build] adds to a graph: products, which run as plans of the
// backend, element-wise functions, sums, and stages, which have code of their own.
// Containers such as [Residual] add nothing but sums, so that what is in them runs as it
// would outside.
//
// # A layer of one's own
//
// What is composed of other layers calls the [Builder] for each:
//
//	func (l gated) Build(b layer.Builder, x layer.Value) (layer.Value, error) {
//		y, err := b.Layer(layer.Dense(8), x)
//		if err != nil {
//			return layer.Value{}, err
//		}
//		return b.Concat(x, y)
//	}
//
// A function of each element is an activation.Element. Everything else is a [Stage]:
//
//	func (l scale) Build(b layer.Builder, x layer.Value) (layer.Value, error) {
//		return b.Stage(x, &scaleStage{l.by, x.Shape})
//	}
//
// Its Forward and Backward are given matrices whose rows are Stride apart: tensor.Row has
// one. [Plain] is embedded by who has no tensors and keeps nothing. Others list their tensors, whose gradients
// Backward adds to; what is not trained but saved, as running statistics are, is a tensor of the
// role tensor.Buffer, which is written in Commit alone ([Committer]): it comes once for a pass that counts, never for a
// prediction or a step that fails. Numbers that Backward or Commit want of Forward, means or a mask, lie in Pass.Kept, as many as Need has
// asked for. The example Statistics is a layer with both, in one file.
//
// nntest.CheckLayer compares derivatives with differences and looks at what stages do; a catalog.Part gives a layer a spelling, by
// which files with it are read (nn.LayerCatalog).
//
// Element-wise functions are layers too: package activation has them.
//
// # The catalogue
//
//	dense(out, init?, bias=true)                         weighted sums of all inputs, and a bias each                         x·W + b                                     torch.nn.Linear
//	feature_dense(features, out)                         weighted sums of the inputs of each feature                          x_f·W_f + b_f
//	embedding(column, categories, dim)                   trained numbers in the place of each category                        weight[x[column]]                           torch.nn.Embedding
//	periodic(frequencies, sigma=0.1)                     cosines and sines of each number, of frequencies that are trained    [cos(2π·w·x), sin(2π·w·x)]
//	piecewise_linear(edges, bins)                        how far into each of its bins a number is                            (x - b_{t-1})/(b_t - b_{t-1}), in [0, 1]
//	select(columns)                                      some columns of the input                                                                                        torch.index_select
//	dropout(p)                                           sets elements to zero at random while training                                                                   torch.nn.Dropout
//	alpha_dropout(p)                                     dropout for selu: keeps means of 0 and variances of 1                                                            torch.nn.AlphaDropout
//	gaussian_noise(sigma)                                adds normally distributed numbers while training                     x + sigma·ε
//	scale                                                multiplies each feature by a number that is trained                  x·weight
//	layer_norm(epsilon=1e-5, affine=true)                each row with mean 0 and variance 1, then scaled                     (x-mean)/√(variance+epsilon)·weight + bias  torch.nn.LayerNorm
//	rms_norm(epsilon=1e-6, affine=true)                  each row with mean square 1, then scaled                             x/√(mean(x²)+epsilon)·weight                torch.nn.RMSNorm
//	batch_norm(epsilon=1e-5, momentum=0.1, affine=true)  each feature with mean 0 and variance 1 over the batch, then scaled  (x-mean)/√(variance+epsilon)·weight + bias  torch.nn.BatchNorm1d
//	stack(layers...)                                     layers one after the other                                                                                       torch.nn.Sequential
//	residual(layers...)                                  adds its input to what its layers give                               x + f(x)
//	concat(branches...)                                  what its branches give, side by side                                 [f(x), g(x), …]
package layer
