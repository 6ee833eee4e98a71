package page

import "github.com/neurona-ml/neurona/internal/formula"

// A block is a part of a document that stands alone.
type block interface{ isBlock() }

type (
	heading struct {
		level int
		id    string
		text  []inline
		line  int
	}
	paragraph struct{ text []inline }
	list      struct {
		ordered bool
		start   int
		tight   bool // no blank lines between its items
		items   [][]block
	}
	table struct {
		sides []side // of the columns
		head  []cell
		rows  [][]cell
	}
	codeBlock struct {
		language string // "" for what a program prints
		text     string // lines that end
	}
	formulaBlock struct{ formula *formula.Formula }
	figure       struct {
		name    string
		number  int
		caption []inline
		line    int
	}
	quote struct{ blocks []block }
	rule  struct{}
)

// A cell is what a cell of a table holds.
type cell []inline

type side int

const (
	atLeft side = iota
	atCentre
	atRight
)

func (heading) isBlock()      {}
func (paragraph) isBlock()    {}
func (list) isBlock()         {}
func (table) isBlock()        {}
func (codeBlock) isBlock()    {}
func (formulaBlock) isBlock() {}
func (figure) isBlock()       {}
func (quote) isBlock()        {}
func (rule) isBlock()         {}
func (callout) isBlock()      {}

// An inline is a part of a line.
type inline interface{ isInline() }

type (
	words    struct{ text string }
	emphasis struct {
		strong bool
		text   []inline
	}
	code          struct{ text string }
	inlineFormula struct{ formula *formula.Formula }
	lineBreak     struct{}
	link          struct {
		destination string
		text        []inline
		line        int
	}
)

func (words) isInline()         {}
func (emphasis) isInline()      {}
func (code) isInline()          {}
func (inlineFormula) isInline() {}
func (lineBreak) isInline()     {}
func (link) isInline()          {}
