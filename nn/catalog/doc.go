// Package catalog is how the parts of a family, layers, losses, rules, are
// written, found, explained and made: the one mechanism behind flags, saved
// architectures and help.
//
// A [Catalog] is a value that lists the parts of one family. With adds one's own:
//
//	layers := layer.Catalog().With(catalog.Part[layer.Layer]{
//		Name:   "scale",
//		Params: []catalog.Param{{Name: "by", Kind: catalog.Number, Range: catalog.Above(0)}},
//		Help:   "multiplies by a constant",
//		New:    func(a catalog.Args) (layer.Layer, error) { return scale{a.Float("by")}, nil },
//	})
//	l, err := layers.Parse("stack(dense(64), relu, residual(dense(64), scale(0.5)))")
//
// Containers make the parts within them by the catalogue that they were found in
// themselves, so that scale may stand there.
//
// # Grammar
//
//	spelling  = name [ "(" [ argument { "," argument } ] ")" ]
//	argument  = [ name "=" ] value
//	value     = spelling | number | text | list
//	list      = "[" [ value { "," value } ] "]"
//	name      = words of a to z and 0 to 9 joined by "_"; a letter comes first
//	number    = a decimal number: 512, -0.5, .5, 1e-3
//	text      = anything in double quotes, with the escapes of Go
//
// White space is free between these. Arguments by position come before those by
// name, but for a word alone: the name of a Bool means true.
//
//	relu
//	dense(512)
//	adamw(lr=1e-3, decay=0.05)
//	sgd(lr=0.1, momentum=0.9, nesterov)
//	warmup(500, cosine)
//	stack(dense(64), relu, residual(dense(64), relu))
//	quantile(taus=[0.1, 0.5, 0.9])
//
// The canonical spelling, which String writes, has one space behind each comma and
// none elsewhere, no empty brackets, and the shortest digits. [MaxLength],
// [MaxDepth] and [MaxValues] bound what is read.
package catalog
