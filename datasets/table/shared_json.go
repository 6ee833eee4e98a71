package table

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// shared is what several fields have in common, which a file has once: thousands of columns may be numbers, with the same
// words for what is missing. Files of before have it with each field.
type shared struct {
	Why          string   `json:"why,omitempty"`
	MissingWords []string `json:"missing_words,omitempty"`
	Fields       [][2]int `json:"fields"` // from, to: ascending, the last one included
}

// share returns a schema without what its fields have in common, and that.
func share(s *Schema) (*Schema, []shared) {
	own := *s
	own.Fields = slices.Clone(s.Fields)
	var all []shared
	group := func(key func(f *Field) string, move func(of *shared, f *Field)) {
		count, place := map[string]int{}, map[string]int{}
		for i := range s.Fields {
			count[key(&s.Fields[i])]++
		}
		for i := range own.Fields {
			f := &own.Fields[i]
			k := key(f)
			if k == "" || count[k] < 2 {
				continue
			}
			at, ok := place[k]
			if !ok {
				at = len(all)
				place[k] = at
				all = append(all, shared{})
			}
			g := &all[at]
			move(g, f)
			if n := len(g.Fields); n > 0 && g.Fields[n-1][1] == i-1 {
				g.Fields[n-1][1] = i
			} else {
				g.Fields = append(g.Fields, [2]int{i, i})
			}
		}
	}
	group(func(f *Field) string { return f.Why }, func(of *shared, f *Field) { of.Why, f.Why = f.Why, "" })
	group(wordsKey, func(of *shared, f *Field) { of.MissingWords, f.MissingWords = f.MissingWords, nil })
	return &own, all
}

// wordsKey tells the words of fields apart.
func wordsKey(f *Field) string {
	var b strings.Builder
	for _, w := range f.MissingWords {
		b.WriteString(strconv.Itoa(len(w)))
		b.WriteByte(' ')
		b.WriteString(w)
	}
	return b.String()
}

// spread gives the fields back what they have in common.
func (s *savedEncoder) spread() error {
	for _, g := range s.Shared {
		if g.Why == "" && g.MissingWords == nil || s.Schema == nil {
			return errors.New("fields share nothing")
		}
		for _, span := range g.Fields {
			if span[0] < 0 || span[0] > span[1] || span[1] >= len(s.Schema.Fields) {
				return fmt.Errorf("fields %d to %d share something, and there are %d", span[0], span[1], len(s.Schema.Fields))
			}
			for i := span[0]; i <= span[1]; i++ {
				f := &s.Schema.Fields[i]
				if g.Why != "" && f.Why != "" || g.MissingWords != nil && f.MissingWords != nil {
					return fmt.Errorf("field %d has twice what it shares", i)
				}
				if g.Why != "" {
					f.Why = g.Why
				}
				if g.MissingWords != nil {
					f.MissingWords = g.MissingWords
				}
			}
		}
	}
	return nil
}
