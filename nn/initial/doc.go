// Package initial has what draws the first weights of Dense layers.
//
// An initialiser is made by its constructor, or from its spelling by the
// [Catalog], which takes one's own beside those that are here. nn.Init gives
// it to a network, layer.Init to a layer.
//
// # The catalogue
//
//	glorot_uniform(gain=1)                           for sigmoid and tanh                         w: U(-a, a), a = √(6/(in+out))            torch.nn.init.xavier_uniform_
//	glorot_normal(gain=1)                            for sigmoid and tanh                         w: N(0, 2/(in+out))                       torch.nn.init.xavier_normal_
//	glorot_truncated_normal(gain=1)                  for sigmoid and tanh, none far out           w: N(0, 2/(in+out)) cut off at 2σ
//	he_uniform(gain?, mode=fan_in)                   for ReLU                                     w: U(-a, a), a = √(6/in)                  torch.nn.init.kaiming_uniform_
//	he_normal(gain?, mode=fan_in)                    for ReLU                                     w: N(0, 2/in)                             torch.nn.init.kaiming_normal_
//	he_truncated_normal(gain?, mode=fan_in)          for ReLU, none far out                       w: N(0, 2/in) cut off at 2σ
//	lecun_uniform                                    for SELU                                     w: U(-a, a), a = √(3/in)
//	lecun_normal                                     for SELU                                     w: N(0, 1/in)
//	lecun_truncated_normal                           for SELU, none far out                       w: N(0, 1/in) cut off at 2σ
//	torch_linear                                     as PyTorch's Linear                          w, b: U(-a, a), a = √(1/in)               torch.nn.Linear.reset_parameters
//	orthogonal(gain=1)                               for deep networks: lengths stay as they are  w: gain·Q, QᵀQ = I or QQᵀ = I             torch.nn.init.orthogonal_
//	truncated_normal(mean=0, std=1, low=-2, high=2)  of any layer's size the same                 w: N(mean, std²) cut off at low and high  torch.nn.init.trunc_normal_
//	constant(value=0)                                one number for all; 0 for a last layer       w: value                                  torch.nn.init.constant_
//
// w are the weights of a layer of so many inputs and outputs and b its biases,
// which are 0 where they are not named; U is the uniform distribution, N the
// normal one of that variance.
package initial
