// Package activation is element-wise functions as layers: what bends a network. They are
// a family with a catalogue, part of nn.Layers.
//
// A function of one's own is [Element]:
//
//	square := activation.Element("square", func(z float32) (y, slope float32) { return z * z, 2 * z })
//
// # The catalogue
//
//	identity                  passes its input on                                           z                                         torch.nn.Identity
//	heaviside                 1 for what is positive, else 0; cannot be trained through     1 if z > 0, else 0                        torch.heaviside
//	sigmoid                   between 0 and 1                                               1/(1+e^-z)                                torch.nn.Sigmoid
//	log_sigmoid               the logarithm of sigmoid                                      -log(1+e^-z)                              torch.nn.LogSigmoid
//	tanh                      the hyperbolic tangent                                        tanh z                                    torch.nn.Tanh
//	relu                      cuts off what is negative                                     max(0, z)                                 torch.nn.ReLU
//	relu6                     cuts off what is negative or above 6                          min(max(0, z), 6)                         torch.nn.ReLU6
//	leaky_relu(slope=0.01)    shrinks what is negative                                      z if z > 0, else slope·z                  torch.nn.LeakyReLU
//	prelu(per_feature=false)  shrinks what is negative by slopes that are trained           max(0, z) + slope·min(0, z)               torch.nn.PReLU
//	elu(alpha=1)              bends what is negative towards -alpha                         z if z > 0, else alpha·(e^z - 1)          torch.nn.ELU
//	selu                      an ELU whose outputs keep a mean of 0 and a variance of 1     1.0507·z if z > 0, else 1.7581·(e^z - 1)  torch.nn.SELU
//	celu(alpha=1)             bends what is negative towards -alpha, smoothly               z if z > 0, else alpha·(e^(z/alpha) - 1)  torch.nn.CELU
//	gelu                      z where that is large, and smoothly 0 where it is not         z·Φ(z)                                    torch.nn.GELU
//	gelu_tanh                 GELU with the approximation of Φ that GPT-2 has               z·(1 + tanh(√(2/π)·(z + 0.044715·z³)))/2  torch.nn.GELU(approximate='tanh')
//	silu                      z where that is large, and smoothly 0 where it is not; swish  z·sigmoid(z)                              torch.nn.SiLU
//	mish                      like silu, a little steeper                                   z·tanh(log(1+e^z))                        torch.nn.Mish
//	softplus(beta=1)          a smooth relu, above 0                                        log(1+e^(beta·z))/beta                    torch.nn.Softplus
//	softsign                  between -1 and 1, and slow to get there                       z/(1+|z|)                                 torch.nn.Softsign
//	hard_sigmoid              sigmoid in three straight lines                               min(max(0, z+3), 6)/6                     torch.nn.Hardsigmoid
//	hard_swish                silu with hard_sigmoid in it                                  z·min(max(0, z+3), 6)/6                   torch.nn.Hardswish
//	hard_tanh(min=-1, max=1)  tanh in three straight lines                                  min(max(z, min), max)                     torch.nn.Hardtanh
package activation
