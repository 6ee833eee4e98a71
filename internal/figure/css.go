package figure

import (
	"fmt"
	"strings"
)

// CSS is the style sheet of a page that holds inline figures: the custom
// properties that they take their colours from (--ink, --muted, --grid,
// --paper, --series-a to --series-d, and each with -text behind it for text),
// in light, in dark where the reader prefers it, and in light on paper.
func CSS() string {
	var b strings.Builder
	light, dark := Light(), Dark()
	fmt.Fprintf(&b, ":root{%s}\n", light.properties())
	fmt.Fprintf(&b, "@media screen and (prefers-color-scheme:dark){:root{%s}}\n", dark.properties())
	return b.String()
}

// properties declares all custom properties of a palette.
func (p Palette) properties() string {
	var b strings.Builder
	for r := range roles {
		fmt.Fprintf(&b, "--%s:%s;", r, p.colour(r).hex())
	}
	for r := range roles {
		fmt.Fprintf(&b, "--%s-text:%s;", r, p.textColour(r).hex())
	}
	return strings.TrimSuffix(b.String(), ";")
}
