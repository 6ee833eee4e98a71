// Package initial has what draws the first weights of Dense layers.
//
// An initialiser is made by its constructor, or from its spelling by the
// [Catalog], which takes one's own beside those that are here. nn.Init gives
// it to a network, layer.Init to a layer.
//
// # The catalogue
//
//	glorot_uniform  for sigmoid and tanh  w: U(-a, a), a = √(6/(in+out))  torch.nn.init.xavier_uniform_
//	glorot_normal   for sigmoid and tanh  w: N(0, 2/(in+out))             torch.nn.init.xavier_normal_
//	he_uniform      for ReLU              w: U(-a, a), a = √(6/in)        torch.nn.init.kaiming_uniform_
//	he_normal       for ReLU              w: N(0, 2/in)                   torch.nn.init.kaiming_normal_
//	torch_linear    as PyTorch's Linear   w, b: U(-a, a), a = √(1/in)     torch.nn.Linear.reset_parameters
//
// w are the weights of a layer of so many inputs and outputs and b its biases,
// which are 0 where they are not named; U is the uniform distribution, N the
// normal one of that variance.
package initial
