package formula

// A level says how tightly a part holds together when it is written on a line.
type level int

const (
	atom    level = iota // a letter, a number, a call, what is in brackets
	product              // factors
	sum                  // terms, or a fraction, which no other may follow over /
	sides                // a relation, a list
)

// level is the level of a part.
func (w textWriter) level(n node) level {
	switch n := n.(type) {
	case grouped:
		return w.level(n.of)
	case row:
		return w.levelOfRow(n)
	case fraction:
		return sum
	case *symbol:
		if n.class == binary || n.class == relation {
			return sides
		}
	case table:
		if n.kind == aligned || n.kind == cases {
			return sides
		}
	}
	return atom
}

func (w textWriter) levelOfRow(r row) level {
	if len(r) == 1 {
		return w.level(r[0])
	}
	list := standings(r, false)
	if callOrBrackets(r, list) || len(r) == 2 && bindsTightly(r[0], list[0]) && list[1] == ordinary && w.level(r[1]) == atom {
		return atom
	}
	highest := product
	depth := 0
	for i, c := range list {
		if c == opening {
			depth++
		} else if c == closing {
			depth--
		}
		if depth > 0 || c == closing {
			continue
		}
		switch c {
		case relation, punctuation, wideSpace:
			return sides
		case large:
			highest = sum
		case sign:
			if i > 0 {
				highest = sum
			}
		case binary:
			if s, ok := r[i].(*symbol); ok && (s.unicode == "+" || s.unicode == "-" || s.unicode == "±") {
				highest = sum
			}
		case ordinary:
			if w.level(r[i]) == sides {
				return sides
			}
		}
	}
	return highest
}

// bindsTightly reports whether a part goes with what follows before any other: a
// prefix, or the d of a differential.
func bindsTightly(n node, stands class) bool {
	d, ok := n.(letter)
	return stands == prefix || ok && d.name == "d"
}

// callOrBrackets reports whether a row is one pair of brackets, with a name before
// it or not.
func callOrBrackets(r row, list []class) bool {
	first := 0
	if _, isNumber := r[0].(number); (list[0] == ordinary || list[0] == function || list[0] == bound) && !isNumber {
		first = 1
	}
	if first >= len(r) || list[first] != opening || list[len(r)-1] != closing {
		return false
	}
	depth := 0
	for i := first; i < len(r); i++ {
		if list[i] == opening {
			depth++
		} else if list[i] == closing {
			depth--
		}
		if depth == 0 && i < len(r)-1 {
			return false
		}
	}
	return depth == 0
}

// needsBrackets reports whether a part with scripts is read wrongly without
// brackets.
func (w textWriter) needsBrackets(n node) bool {
	switch n := n.(type) {
	case grouped:
		if len(n.of) == 1 {
			return w.needsBrackets(n.of[0])
		}
		return true
	case script:
		return true
	case fraction, root:
		return true
	}
	return false
}

// isFraction looks into braces too.
func isFraction(n node) bool {
	switch n := n.(type) {
	case fraction:
		return true
	case grouped:
		return len(n.of) == 1 && isFraction(n.of[0])
	}
	return false
}
