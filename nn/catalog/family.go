package catalog

// Family is a Catalog of parts of any type: what a Param needs of the catalogue
// whose parts it takes.
type Family interface {
	// Family is what a part is called: "activation".
	Family() string
	// Names lists the parts' names in order.
	Names() []string

	build(s Spec) (any, error)
	params(name string) []Param // nil if there is no such part
}

var _ Family = Catalog[int]{}

func (c Catalog[P]) build(s Spec) (any, error) { return c.Build(s) }

func (c Catalog[P]) params(name string) []Param {
	p, _ := c.find(name)
	return p.Params
}
