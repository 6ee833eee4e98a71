package datasets

// point is a position: in forms, x to the right and y down, the digit about 1
// wide and 2 high around the origin; in the painter, pixels.
type point struct{ x, y float64 }

// stroke is one movement of the pen, through the given points: along a smooth
// curve (Catmull-Rom) or in straight lines.
type stroke struct {
	smooth bool
	points []point
}

func curve(points ...point) stroke { return stroke{true, points} }
func lines(points ...point) stroke { return stroke{false, points} }

// digitForm is one way to write a digit.
type digitForm []stroke

// digitForms returns the ways in which people write each digit.
func digitForms() [10][]digitForm {
	return [10][]digitForm{
		0: {
			{curve(point{.05, -1}, point{-.38, -.75}, point{-.56, 0}, point{-.4, .75}, point{0, 1},
				point{.4, .72}, point{.56, 0}, point{.4, -.72}, point{-.02, -1})},
			{curve(point{-.1, -.9}, point{-.5, -.5}, point{-.6, .2}, point{-.3, .9}, point{.2, .95},
				point{.58, .3}, point{.5, -.5}, point{.15, -.95}, point{-.25, -.8})},
		},
		1: {
			{lines(point{0, -1}, point{0, 1})},
			{lines(point{-.38, -.55}, point{.05, -1}, point{.05, 1})},
			{lines(point{-.35, -.6}, point{.02, -1}, point{.02, 1}), lines(point{-.38, 1}, point{.4, 1})},
		},
		2: {
			{curve(point{-.52, -.55}, point{-.3, -.92}, point{.08, -1}, point{.44, -.72}, point{.36, -.22},
				point{-.05, .4}, point{-.55, 1}), lines(point{-.55, 1}, point{.58, .97})},
			{curve(point{-.5, -.6}, point{-.1, -1}, point{.42, -.75}, point{.35, -.15}, point{-.1, .6},
				point{-.45, .95}, point{-.58, .72}, point{-.3, .62}, point{.1, .88}, point{.6, .85})},
		},
		3: {
			{curve(point{-.5, -.75}, point{-.1, -1}, point{.38, -.75}, point{.3, -.28}, point{-.12, -.08}),
				curve(point{-.12, -.08}, point{.4, .12}, point{.5, .58}, point{.08, 1}, point{-.52, .75})},
			{lines(point{-.48, -.95}, point{.45, -.98}, point{-.08, -.2}),
				curve(point{-.08, -.2}, point{.4, .02}, point{.5, .55}, point{.05, 1}, point{-.5, .8})},
		},
		4: {
			{lines(point{-.28, -1}, point{-.5, .18}, point{.58, .12}), lines(point{.3, -.5}, point{.22, 1})},
			{lines(point{.22, 1}, point{.22, -1}, point{-.55, .32}, point{.6, .32})},
			{curve(point{-.4, -.9}, point{-.5, -.2}, point{-.3, .1}, point{.1, .05}, point{.42, -.2}),
				lines(point{.46, -.95}, point{.36, 1})},
		},
		5: {
			{lines(point{.5, -.97}, point{-.36, -1}, point{-.44, -.12}),
				curve(point{-.44, -.12}, point{.02, -.3}, point{.46, .02}, point{.5, .55}, point{.1, .98}, point{-.5, .8})},
			{curve(point{-.36, -.92}, point{-.42, -.2}, point{.1, -.25}, point{.5, .2}, point{.38, .8}, point{-.05, 1},
				point{-.5, .85}), lines(point{-.38, -.9}, point{.5, -.98})},
		},
		6: {
			{curve(point{.36, -.95}, point{-.14, -.6}, point{-.46, 0}, point{-.46, .65}, point{-.02, 1},
				point{.42, .7}, point{.38, .25}, point{0, .02}, point{-.42, .4})},
			{curve(point{.1, -1}, point{-.3, -.4}, point{-.46, .3}, point{-.3, .88}, point{.12, .98},
				point{.44, .6}, point{.24, .2}, point{-.2, .25}, point{-.38, .6})},
		},
		7: {
			{lines(point{-.5, -.92}, point{.55, -.97}, point{-.12, 1})},
			{lines(point{-.5, -.92}, point{.5, -.95}, point{-.08, 1}), lines(point{-.2, .05}, point{.44, -.02})},
			{curve(point{-.52, -.7}, point{-.45, -.95}, point{0, -.9}, point{.5, -.95}, point{.25, -.3}, point{0, .3},
				point{-.1, 1})},
		},
		8: {
			{curve(point{.42, -.74}, point{.05, -1}, point{-.38, -.75}, point{-.26, -.28}, point{.18, .06},
				point{.48, .52}, point{.05, 1}, point{-.46, .62}, point{-.2, .1}, point{.26, -.28}, point{.44, -.66},
				point{.2, -.96})},
			{curve(point{.02, -.1}, point{-.36, -.38}, point{-.3, -.85}, point{.05, -1}, point{.36, -.8},
				point{.34, -.36}, point{0, -.1}, point{-.44, .2}, point{-.4, .8}, point{0, 1}, point{.44, .75},
				point{.42, .2}, point{.02, -.08})},
		},
		9: {
			{curve(point{.42, -.6}, point{.08, -1}, point{-.4, -.78}, point{-.42, -.3}, point{-.02, -.08},
				point{.36, -.38}, point{.44, -.72}), lines(point{.44, -.72}, point{.32, 1})},
			{curve(point{.4, -.75}, point{0, -1}, point{-.44, -.6}, point{-.22, -.12}, point{.2, -.2},
				point{.42, -.65}, point{.46, .1}, point{.26, .75}, point{-.08, 1}, point{-.42, .82})},
		},
	}
}
