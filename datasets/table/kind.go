package table

import (
	"slices"
	"strings"
	"unicode"

	"github.com/neurona-ml/neurona/internal/names"
)

// Kind is what a column is taken for.
type Kind string

const (
	Number     Kind = "number"     // a quantity
	Code       Kind = "code"       // whole numbers that name things: zip codes; each is a level
	Category   Kind = "category"   // levels, as they were spelt
	Boolean    Kind = "boolean"    // true and false, yes and no
	Date       Kind = "date"       // a date, a time of day, or both
	FreeText   Kind = "text"       // sentences: over five words a cell
	Identifier Kind = "identifier" // names of the rows themselves
	Constant   Kind = "constant"   // one value, or none
)

// Kinds are all that a column may be taken for.
func Kinds() []Kind {
	return []Kind{Number, Code, Category, Boolean, Date, FreeText, Identifier, Constant}
}

// Used tells whether columns of a kind become features if nobody says otherwise.
func (k Kind) Used() bool { return k != FreeText && k != Identifier && k != Constant }

func parseKind(s string) (Kind, error) {
	if k := Kind(s); slices.Contains(Kinds(), k) {
		return k, nil
	}
	known := append(DateOrders(), "decimal_point", "decimal_comma")
	for _, k := range Kinds() {
		known = append(known, string(k))
	}
	return "", names.Unknown("kind", shorten(s, 40), known)
}

// missingWords stand for a value that is not there, in columns of numbers and dates.
var missingWords = []string{"NA", "N/A", "#N/A", "#DIV/0!", "NaN", "nan", "null", "None", "?", "-"}

// truths are the words of booleans, the false one first, in any case.
var truths = [][2]string{{"false", "true"}, {"no", "yes"}, {"f", "t"}, {"n", "y"}, {"off", "on"}}

// truth reads a word of a pair.
func truth(word string, pair [2]string) (value float64, ok bool) {
	switch strings.ToLower(strings.TrimSpace(word)) {
	case pair[0]:
		return 0, true
	case pair[1]:
		return 1, true
	}
	return 0, false
}

// findTruths returns the pair whose words the texts are, both of them.
func findTruths(texts []string) (pair [2]string, ok bool) {
	for _, pair := range truths {
		var seen [2]bool
		all := true
		for _, t := range texts {
			v, is := truth(t, pair)
			if all = all && is; !all {
				break
			}
			seen[int(v)] = true
		}
		if all && seen[0] && seen[1] {
			return pair, true
		}
	}
	return pair, false
}

// wordsPerCell is above which texts are sentences.
const wordsPerCell = 5

// nameWords cuts a column's name into its words, lower case: "MS.SubClass" is ms, sub, class.
func nameWords(name string) []string {
	var words []string
	var word []rune
	end := func() {
		if len(word) > 0 {
			words = append(words, strings.ToLower(string(word)))
			word = nil
		}
	}
	before := ' '
	for _, r := range name {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			end()
		} else {
			if unicode.IsUpper(r) && unicode.IsLower(before) {
				end()
			}
			word = append(word, r)
		}
		before = r
	}
	end()
	return words
}

var (
	idWords   = []string{"id", "ids", "no", "nr", "number", "index", "idx", "key", "uid", "pid", "uuid", "guid", "rowid", "rownames"}
	idOwners  = []string{"account", "case", "client", "customer", "device", "employee", "house", "item", "loan", "order", "passenger", "patient", "person", "product", "record", "row", "sample", "session", "store", "student", "subject", "transaction", "user"}
	rowWords  = []string{"case", "obs", "observation", "order", "record", "row"} // alone
	codeWords = []string{"code", "codes", "zip", "zipcode", "postcode", "postal", "plz", "class", "type", "category"}
)

// namesRows tells whether a column's name says that its values are ids: a number of things is a count.
func namesRows(name string) bool {
	words := nameWords(name)
	for i, w := range words {
		counts := i+1 < len(words) && words[i+1] == "of"
		if slices.Contains(idWords, w) && !counts || namesIDs(w) {
			return true
		}
	}
	return len(words) == 1 && slices.Contains(rowWords, words[0])
}

// namesIDs tells whether a column's name says that its values are ids of things, of which several rows may be about.
func namesIDs(name string) bool {
	return slices.ContainsFunc(nameWords(name), func(w string) bool {
		owner, isID := strings.CutSuffix(w, "id")
		return slices.Contains([]string{"id", "ids", "uid", "pid", "uuid", "guid", "rowid"}, w) || isID && slices.Contains(idOwners, owner)
	})
}

// namesCodes tells whether a column's name says that its values are codes.
func namesCodes(name string) bool {
	return slices.ContainsFunc(nameWords(name), func(w string) bool { return slices.Contains(codeWords, w) })
}
