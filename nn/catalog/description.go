package catalog

// Description is what there is to say of a part, for documents.
type Description struct {
	Name    string
	Usage   string // its signature: "dense(out, init?, bias=true)"
	Help    string // one line: what it is
	Formula string // empty if there is none
	Torch   string // PyTorch's name for it, empty if there is none
	Example string // a spelling of it
	Params  []ParamDescription
}

// ParamDescription is what there is to say of a parameter.
type ParamDescription struct {
	Name   string
	Want   string // what it takes: "a number, at least 0"
	Unless string // "required", "may be left out" or "0.9 by default"
	Help   string
}

// Descriptions describes all parts, in order.
func (c Catalog[P]) Descriptions() []Description {
	list := make([]Description, len(c.parts))
	for i, p := range c.parts {
		list[i] = Description{p.Name, p.Usage(), p.Help, p.Formula, p.Torch, p.example(), nil}
		for _, param := range p.Params {
			list[i].Params = append(list[i].Params, ParamDescription{param.Name, param.want(c), param.unless(), param.Help})
		}
	}
	return list
}
