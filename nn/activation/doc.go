// Package activation is element-wise functions as layers: what bends a network. They are
// a family with a catalogue, part of nn.Layers.
//
// A function of one's own is [Element]:
//
//	square := activation.Element("square", func(z float32) (y, slope float32) { return z * z, 2 * z })
//
// # The catalogue
//
//	identity                  passes its input on                                        z                            torch.nn.Identity
//	heaviside                 1 for what is positive, else 0; cannot be trained through  1 if z > 0, else 0           torch.heaviside
//	sigmoid                   between 0 and 1                                            1/(1+e^-z)                   torch.nn.Sigmoid
//	tanh                      the hyperbolic tangent                                     tanh z                       torch.nn.Tanh
//	relu                      cuts off what is negative                                  max(0, z)                    torch.nn.ReLU
//	gelu                      z where that is large, and smoothly 0 where it is not      z·Φ(z)                       torch.nn.GELU
//	prelu(per_feature=false)  shrinks what is negative by slopes that are trained        max(0, z) + slope·min(0, z)  torch.nn.PReLU
package activation
