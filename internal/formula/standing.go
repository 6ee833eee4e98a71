package formula

// standings says how each part of a row stands among the others: a symbol by its
// class, anything else as a letter would. A + or - with nothing before it is a
// sign, a bar opens and closes in turn. In a row that continues another, there
// is something before the first part.
func standings(r row, continues bool) []class {
	list := make([]class, len(r))
	before := opening
	if continues {
		before = ordinary
	}
	open := false
	for i, part := range r {
		c := classOf(part)
		switch c {
		case binary:
			switch before {
			case ordinary, mark, closing, prefix:
			default:
				c = sign
			}
		case bar:
			c = opening
			if open {
				c = closing
			}
			open = !open
		}
		if list[i] = c; c != space {
			before = c
		}
	}
	return list
}

// classOf is the class of a part, or of what its scripts belong to.
func classOf(n node) class {
	switch n := n.(type) {
	case *symbol:
		return n.class
	case script:
		return classOf(n.base)
	}
	return ordinary
}

// limits reports whether the scripts of a part stand under and over it.
func limits(n node) bool {
	c := classOf(n)
	return c == large || c == bound
}
