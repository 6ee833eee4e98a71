package formula

import (
	"maps"
	"slices"
	"strings"
	"sync"
)

// A symbol is anything that has a spelling of its own.
type symbol struct {
	class   class
	unicode string
	ascii   string
}

// A class says how a symbol stands among others.
type class int

const (
	ordinary    class = iota // a letter or what is used like one
	mark                     // any other sign: /
	prefix                   // binds to what follows: ∂, ∇, Δ
	binary                   // between two terms: +
	sign                     // a binary one that has nothing before it
	relation                 // between two sides: =
	punctuation              // ends something: ,
	opening                  // a bracket
	closing
	bar      // a bracket whose side is not seen: |
	large    // a sum, which stands before what it sums
	function // a name that is applied: exp
	bound    // a function whose subscript stands under it: max
	space
	wideSpace
)

// characters are the symbols that are written as they are.
func characters() map[rune]*symbol {
	return map[rune]*symbol{
		'+': {binary, "+", "+"},
		'-': {binary, "-", "-"},
		'*': {binary, "∗", "*"},
		'/': {mark, "/", "/"},
		'=': {relation, "=", "="},
		'<': {relation, "<", "<"},
		'>': {relation, ">", ">"},
		':': {relation, ":", ":"},
		',': {punctuation, ",", ","},
		';': {punctuation, ";", ";"},
		'!': {mark, "!", "!"},
		'?': {mark, "?", "?"},
		'.': {mark, ".", "."},
		'(': {opening, "(", "("},
		'[': {opening, "[", "["},
		')': {closing, ")", ")"},
		']': {closing, "]", "]"},
		'|': {bar, "|", "|"},
		'~': {space, " ", " "},
	}
}

// commands are the symbols that are written with a backslash.
func commands() map[string]*symbol {
	all := map[string]*symbol{
		"cdot": {binary, "·", "*"}, "times": {binary, "×", "x"}, "odot": {binary, "⊙", "(.)"}, "pm": {binary, "±", "+-"},
		"circ": {binary, "∘", "o"}, "otimes": {binary, "⊗", "(x)"}, "oplus": {binary, "⊕", "(+)"},
		"le": {relation, "≤", "<="}, "ge": {relation, "≥", ">="}, "ne": {relation, "≠", "!="}, "approx": {relation, "≈", "~"},
		"equiv": {relation, "≡", "=="}, "sim": {relation, "∼", "~"}, "propto": {relation, "∝", "prop. to"}, "in": {relation, "∈", "in"},
		"to": {relation, "→", "->"}, "gets": {relation, "←", "<-"}, "mapsto": {relation, "↦", "->"}, "mid": {relation, "|", "|"},
		"Rightarrow": {relation, "⇒", "=>"}, "Leftrightarrow": {relation, "⇔", "<=>"}, "ll": {relation, "≪", "<<"}, "gg": {relation, "≫", ">>"},
		"partial": {prefix, "∂", "d"}, "nabla": {prefix, "∇", "grad"}, "neg": {prefix, "¬", "not"},
		"infty": {ordinary, "∞", "inf"}, "top": {ordinary, "⊤", "T"}, "ell": {ordinary, "ℓ", "l"}, "prime": {mark, "′", "'"}, "ast": {mark, "∗", "*"},
		"ldots": {mark, "…", "..."}, "cdots": {mark, "⋯", "..."}, "vdots": {mark, "⋮", ":"}, "ddots": {mark, "⋱", ":."},
		"forall": {prefix, "∀", "for all"}, "exists": {prefix, "∃", "exists"}, "land": {binary, "∧", "and"}, "lor": {binary, "∨", "or"},
		"%": {mark, "%", "%"}, "&": {mark, "&", "&"}, "_": {mark, "_", "_"}, "#": {mark, "#", "#"}, "$": {mark, "$", "$"},
		"{": {opening, "{", "{"}, "}": {closing, "}", "}"},
		"lVert": {opening, "‖", "||"}, "rVert": {closing, "‖", "||"}, "lvert": {opening, "|", "|"}, "rvert": {closing, "|", "|"},
		"langle": {opening, "⟨", "<"}, "rangle": {closing, "⟩", ">"},
		"sum": {large, "∑", "sum"}, "prod": {large, "∏", "prod"},
		",": {space, " ", " "}, ":": {space, " ", " "}, ";": {space, " ", " "}, " ": {space, " ", " "},
		"quad": {wideSpace, "   ", "   "}, "qquad": {wideSpace, "      ", "      "},
	}
	for _, name := range []string{"exp", "log", "ln", "sin", "cos", "tan", "sinh", "cosh", "tanh", "det", "dim"} {
		all[name] = &symbol{function, name, name}
	}
	for _, name := range []string{"max", "min", "lim", "arg"} {
		all[name] = &symbol{bound, name, name}
	}
	all["argmax"], all["argmin"] = &symbol{bound, "arg max", "arg max"}, &symbol{bound, "arg min", "arg min"}
	for name, letter := range map[string]string{
		"alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ϵ", "varepsilon": "ε", "zeta": "ζ", "eta": "η", "theta": "θ",
		"iota": "ι", "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ", "pi": "π", "rho": "ρ", "sigma": "σ", "tau": "τ",
		"upsilon": "υ", "phi": "ϕ", "varphi": "φ", "chi": "χ", "psi": "ψ", "omega": "ω",
		"Gamma": "Γ", "Theta": "Θ", "Lambda": "Λ", "Xi": "Ξ", "Pi": "Π", "Sigma": "Σ", "Phi": "Φ", "Psi": "Ψ", "Omega": "Ω",
	} {
		all[name] = &symbol{ordinary, letter, name}
	}
	all["Delta"] = &symbol{prefix, "Δ", "Delta"}
	all["varepsilon"].ascii, all["varphi"].ascii = "epsilon", "phi"
	for alias, name := range map[string]string{"leq": "le", "geq": "ge", "neq": "ne", "leftarrow": "gets", "rightarrow": "to", "implies": "Rightarrow", "iff": "Leftrightarrow", "dots": "ldots"} {
		all[alias] = all[name]
	}
	return all
}

// An accent is a mark above a letter.
type accent struct {
	name      string
	mark      string // as MathML has it
	combining string // as text has it, after the letter
}

func accents() map[string]accent {
	return map[string]accent{
		"hat":   {"hat", "^", "\u0302"},
		"bar":   {"bar", "\u00af", "\u0304"},
		"tilde": {"tilde", "~", "\u0303"},
		"vec":   {"vec", "→", "\u20d7"},
		"dot":   {"dot", "\u02d9", "\u0307"},
	}
}

func environments() map[string]tableKind {
	return map[string]tableKind{"pmatrix": roundMatrix, "bmatrix": squareMatrix, "aligned": aligned, "cases": cases}
}

// structures are the commands that are no symbols and no accents.
func structures() []string {
	return []string{"frac", "sqrt", "text", "mathrm", "mathbf", "operatorname", "left", "right", "begin", "end"}
}

// known are the names of all commands, for errors: small letters first, which are
// what is meant more often.
func (t *tables) known() []string {
	list := slices.Concat(slices.Collect(maps.Keys(t.commands)), slices.Collect(maps.Keys(t.accents)), structures())
	slices.SortFunc(list, func(a, b string) int { return strings.Compare(b, a) })
	return list
}

// tables are what names mean.
type tables struct {
	characters   map[rune]*symbol
	commands     map[string]*symbol
	accents      map[string]accent
	environments map[string]tableKind
}

// shared are the tables, made when the first formula comes; nobody writes to them.
var shared = sync.OnceValue(func() *tables { return &tables{characters(), commands(), accents(), environments()} })
