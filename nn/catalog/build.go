package catalog

// Parse reads a spelling and makes the part that it describes.
func (c Catalog[P]) Parse(text string) (P, error) {
	s, err := Parse(text)
	if err != nil {
		var none P
		return none, err
	}
	return c.Build(s)
}

// Build makes the part that s describes. Parts within it that are of the same
// family are made by c too, one's own among them. Errors are those of Lookup, an
// *ArgumentError, a *names.UnknownError for a parameter's name, or what the
// part's New returns; a *PlaceError around them says where, unless that is the
// beginning.
func (c Catalog[P]) Build(s Spec) (P, error) {
	var none P
	if c.err != nil {
		return none, c.err
	}
	part, ok := c.find(s.Name)
	if !ok {
		return none, place(s.Column, c.unknown(s.Name))
	}
	a, err := bind(part.Name, part.Params, s, c)
	if err != nil {
		return none, err
	}
	p, err := part.New(a)
	switch {
	case *a.fault != "":
		err = &PartError{c.Family(), part.Name, *a.fault}
	case err == nil && any(p) == nil:
		err = &PartError{c.Family(), part.Name, "New returns neither a part nor an error"}
	}
	if err != nil {
		return none, place(s.Column, err)
	}
	return p, nil
}
