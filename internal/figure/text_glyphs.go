package figure

import (
	"golang.org/x/text/unicode/norm"

	"github.com/neurona-ml/neurona/internal/plain"
)

// glyph is the character of a shape.
func (s *screen) glyph(shape Shape) rune {
	if s.o.Unicode {
		return [...]rune{Disc: '●', Square: '■', Triangle: '▲', Ring: '○', Cross: '×'}[shape]
	}
	return [...]rune{Disc: 'o', Square: '#', Triangle: '^', Ring: '0', Cross: 'x'}[shape]
}

// arrowhead is the character of a direction, in steps of an eighth of a turn
// from right by way of up.
func (s *screen) arrowhead(eighth int) rune {
	if s.o.Unicode {
		return []rune("→↗↑↖←↙↓↘")[modulo(eighth, 8)]
	}
	return []rune(`>/^\</v\`)[modulo(eighth, 8)]
}

// lineCharacter is the character of lines where there is no braille.
func lineCharacter(r Role) rune {
	return [roles]rune{Ink: '=', Muted: '.', Grid: '.', Paper: ' ', SeriesA: '*', SeriesB: '+', SeriesC: 'x', SeriesD: '~'}[r]
}

// shade is the character of an area, by a level from 0 to 1.
func (s *screen) shade(level float64) rune {
	shades := []rune(" .:%")
	if s.o.Unicode {
		shades = []rune(" ░▒▓")
	}
	return shades[min(len(shades)-1, int(level*float64(len(shades))))]
}

// Sides that a rule leaves a cell by.
const (
	ruleUp = 1 << iota
	ruleDown
	ruleLeft
	ruleRight
)

// ruleCharacter is the character of rules that meet in a cell.
func (s *screen) ruleCharacter(c *cell) rune {
	across := c.rule&(ruleUp|ruleDown) == 0
	down := c.rule&(ruleLeft|ruleRight) == 0
	faint := c.ruleRole != Ink
	if s.o.Unicode {
		switch {
		case faint && across:
			return '╌'
		case faint && down:
			return '┊'
		}
		return [16]rune{
			ruleUp: '│', ruleDown: '│', ruleUp | ruleDown: '│',
			ruleLeft: '─', ruleRight: '─', ruleLeft | ruleRight: '─',
			ruleUp | ruleRight: '└', ruleUp | ruleLeft: '┘', ruleDown | ruleRight: '┌', ruleDown | ruleLeft: '┐',
			ruleUp | ruleDown | ruleRight: '├', ruleUp | ruleDown | ruleLeft: '┤',
			ruleLeft | ruleRight | ruleDown: '┬', ruleLeft | ruleRight | ruleUp: '┴',
			15: '┼',
		}[c.rule]
	}
	switch {
	case across && faint:
		return '.'
	case across:
		return '-'
	case down && faint:
		return ':'
	case down:
		return '|'
	}
	return '+'
}

// written is a text as the terminal can show it.
func (s *screen) written(text string) []rune {
	if s.o.Unicode {
		return []rune(norm.NFC.String(text))
	}
	return []rune(plain.ASCII(text))
}
