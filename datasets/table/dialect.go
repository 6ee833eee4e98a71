package table

// Dialect is how a table was written.
type Dialect struct {
	Comma    rune // separates cells
	Decimal  rune // '.' or ','
	Quote    rune // 0 if quotes mean nothing
	Comment  rune // what lines above the table began with, 0 if there were none
	Comments int  // how many
	Space    bool // blanks behind a separator belong to it
	Header   bool // the first line names the columns
	Trailing bool // every line ends with a separator, behind which there is no column
	Encoding string
	Gzip     bool

	// Reasons say what else than the usual was chosen, or what might have been something
	// else, and why.
	Reasons []Reason
}

// Reason says why a dialect is as it is.
type Reason struct{ What, Choice, Why string }

func (d *Dialect) because(what, choice, why string) {
	d.Reasons = append(d.Reasons, Reason{what, choice, why})
}

// DoubtKind is what a doubt is about.
type DoubtKind int

const (
	DoubtHeader   DoubtKind = iota // whether the first line is a header
	DoubtComma                     // what separates cells
	DoubtDecimal                   // what the decimal point is
	DoubtComments                  // whether a comment is the header
	DoubtBlanks                    // whether blank lines are missing cells
	DoubtTrailing                  // whether an empty last column is one

	DoubtWords      // whether a word stands for a missing cell
	DoubtIdentifier // whether a column is an id
	DoubtSpike      // whether a number stands for a missing cell
	DoubtLevels     // whether levels that are nearly spelt alike are one
	DoubtLeak       // whether a column gives the label away
	DoubtTwins      // rows that are identical
	DoubtTime       // rows that follow each other in time
	DoubtTask       // whether labels are classes
	DoubtCollapse   // whether float32 tells values apart
	DoubtSplit      // whether a split is what was asked for
	DoubtCentury    // which century years are of
	DoubtForm       // whether texts are numbers or dates in a form that is not read
)

func (k DoubtKind) String() string {
	return [...]string{"header", "comma", "decimal", "comments", "blanks", "trailing",
		"words", "identifier", "spike", "levels", "leak", "twins", "time", "task", "collapse", "split", "century", "form"}[k]
}

// Doubt is something that was decided and may be wrong.
type Doubt struct {
	Kind   DoubtKind
	Column int // from 0; -1 if no one column is meant
	What   string
	Remedy Remedy // what decides
}
