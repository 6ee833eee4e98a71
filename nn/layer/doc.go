// Package layer is what networks are made of: what a layer is, how it becomes part of a
// network, and a family of layers with a catalogue.
//
// A [Layer] describes. [Layer.Build] adds to a graph: products, which run as plans of the
// backend, element-wise functions, sums, and stages, which have code of their own.
// Containers such as [Residual] add nothing but sums, so that what is in them runs as it
// would outside.
//
// A layer of one's own that is a stage:
//
//	type scale struct{ by float32 }
//
//	func (l scale) String() string { return fmt.Sprintf("scale(%g)", l.by) }
//
//	func (l scale) Build(b layer.Builder, x layer.Value) (layer.Value, error) {
//		return b.Stage(x, &scaleStage{l.by, x.Shape})
//	}
//
// A stage asks in Need for floats that are kept from Forward to Backward, and for scratch:
// memory is the network's, planned for the largest batch. Statistics are tensors of the
// role tensor.Buffer, which a [Committer] writes once the pass is known to be finite.
// Bounded, Passive, Overwritten and MinRows are what else a stage can say of itself.
//
// Element-wise functions are layers too: package activation has them.
//
// # The catalogue
//
//	dense(out, init?)                       weighted sums of all inputs, and a bias each                         x·W + b                                     torch.nn.Linear
//	dropout(p)                              sets elements to zero at random while training                                                                   torch.nn.Dropout
//	layer_norm(epsilon=1e-5)                each row with mean 0 and variance 1, then scaled                     (x-mean)/√(variance+epsilon)·weight + bias  torch.nn.LayerNorm
//	batch_norm(epsilon=1e-5, momentum=0.1)  each feature with mean 0 and variance 1 over the batch, then scaled  (x-mean)/√(variance+epsilon)·weight + bias  torch.nn.BatchNorm1d
//	stack(layers...)                        layers one after the other                                                                                       torch.nn.Sequential
//	residual(layers...)                     adds its input to what its layers give                               x + f(x)
//	concat(branches...)                     what its branches give, side by side                                 [f(x), g(x), …]
package layer
