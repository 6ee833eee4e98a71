package formula

// A node is a part of a formula.
type node interface{ isNode() }

// A row is parts beside each other.
type row []node

// A word is letters and spaces that are no mathematics.
type word struct{ text string }

// A number is digits, with a decimal point or without.
type number struct{ digits string }

// A letter is a name: of one letter, or of several in \mathrm.
type letter struct {
	name  string
	style letterStyle
}

type letterStyle int

const (
	italic  letterStyle = iota
	upright             // \mathrm
	bold                // \mathbf
)

// A script is a part with something below or above it at its right. Of sub and
// sup one may be nil.
type script struct{ base, sub, sup node }

// A fraction is one part over another.
type fraction struct{ above, below node }

// A root is a square root.
type root struct{ of node }

// An accented part has a mark above it.
type accented struct {
	mark accent
	of   node
}

// A fenced part stands in brackets that are as high as it is.
type fenced struct {
	left, right *symbol
	of          node
}

// A table is rows of cells.
type table struct {
	kind  tableKind
	cells [][]row
}

type tableKind int

const (
	roundMatrix  tableKind = iota // pmatrix
	squareMatrix                  // bmatrix
	aligned                       // lines, aligned at their &
	cases                         // a brace, and a value and a condition in each row
)

// A grouped part stood in braces: it counts as one thing.
type grouped struct{ of row }

func (row) isNode()      {}
func (word) isNode()     {}
func (number) isNode()   {}
func (letter) isNode()   {}
func (*symbol) isNode()  {}
func (script) isNode()   {}
func (fraction) isNode() {}
func (root) isNode()     {}
func (accented) isNode() {}
func (fenced) isNode()   {}
func (table) isNode()    {}
func (grouped) isNode()  {}
