package figure

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/neurona-ml/neurona/internal/plain"
)

// WriteSVG writes the figure as a file of its own: in the colours of a palette,
// on its ground, with the reader's sans-serif.
func (f *Figure) WriteSVG(w io.Writer, p Palette) error {
	return f.writeSVG(w, &svg{palette: p})
}

// WriteInlineSVG writes the figure as a part of an HTML page. Its colours are
// the custom properties that [CSS] declares, its ground is the page's, and its
// identifiers begin with "figure-" and its name.
func (f *Figure) WriteInlineSVG(w io.Writer) error {
	return f.writeSVG(w, &svg{palette: Light(), inline: true})
}

func (f *Figure) writeSVG(w io.Writer, s *svg) error {
	if err := f.valid(); err != nil {
		return err
	}
	s.id = "figure-" + f.Name
	f.draw(s)
	s.within("")
	var b bytes.Buffer
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %s %s" width="%[1]s" height="%[2]s"`, number(f.Width), number(f.Height))
	fmt.Fprintf(&b, ` role="img" aria-labelledby="%s-title %[1]s-desc" font-family="sans-serif" font-size="%s">`+"\n", s.id, number(LabelSize))
	fmt.Fprintf(&b, "<title id=\"%s-title\">%s</title>\n<desc id=\"%[1]s-desc\">%[3]s</desc>\n", s.id, plain.XML(f.Title), plain.XML(f.Alt))
	if s.inline {
		b.WriteString(s.style())
	} else {
		fmt.Fprintf(&b, "<rect width=\"%s\" height=\"%s\" fill=\"%s\"/>\n", number(f.Width), number(f.Height), s.palette.colour(Paper).hex())
	}
	b.Write(s.body.Bytes())
	b.WriteString("</svg>\n")
	_, err := w.Write(b.Bytes())
	return err
}

// svg is the canvas of SVG.
type svg struct {
	palette Palette
	inline  bool
	id      string
	body    bytes.Buffer
	group   string   // what the open group says about its areas
	tints   [][2]int // role and tint of the paints that the style declares
}

// colour is the value of an attribute.
func (s *svg) colour(r Role) string {
	hex := s.palette.colour(r).hex()
	if !s.inline {
		return hex
	}
	return fmt.Sprintf("var(--%s,%s)", r, hex)
}

func (s *svg) textColour(r Role) string {
	hex := s.palette.textColour(r).hex()
	if !s.inline {
		return hex
	}
	return fmt.Sprintf("var(--%s-text,%s)", r, hex)
}

// fill is the attribute that paints an area. Mixtures are classes of the
// figure's own where the page has the colours.
func (s *svg) fill(p Paint) string {
	switch tint := p.tint(); {
	case tint == 0:
		return ` fill="none"`
	case !s.inline:
		return fmt.Sprintf(` fill="%s"`, s.palette.paint(p).hex())
	case tint == tints || p.Role == Paper:
		return fmt.Sprintf(` fill="%s"`, s.colour(p.Role))
	default:
		key := [2]int{int(p.Role), tint}
		if !slices.Contains(s.tints, key) {
			s.tints = append(s.tints, key)
		}
		return fmt.Sprintf(` class="%s-%s-%d"`, s.id, p.Role, tint)
	}
}

// style declares mixtures of colours with the paper; a browser that cannot mix
// has those of the light palette.
func (s *svg) style() string {
	if len(s.tints) == 0 {
		return ""
	}
	var b strings.Builder
	b.WriteString("<style>\n")
	for _, key := range s.tints {
		role, tint := Role(key[0]), key[1]
		mixed := s.palette.paint(Paint{role, float64(tint) / tints})
		fmt.Fprintf(&b, ".%s-%s-%d{fill:%s;fill:color-mix(in srgb,%s %d%%,%s)}\n", s.id, role, tint, mixed.hex(), s.colour(role), tint*100/tints, s.colour(Paper))
	}
	b.WriteString("</style>\n")
	return b.String()
}

// stroke is the attributes of a line.
func (s *svg) stroke(k Stroke) string {
	text := fmt.Sprintf(` stroke="%s" stroke-width="%s"`, s.colour(k.Role), number(k.Width))
	if dash := k.Dash.pattern(k.Width); dash != nil {
		var parts []string
		for _, d := range dash {
			parts = append(parts, number(d))
		}
		text += fmt.Sprintf(` stroke-dasharray="%s"`, strings.Join(parts, " "))
	}
	return text
}

// outline is the attributes of the edge of an area.
func (s *svg) outline(k Stroke) string {
	if k.Width == 0 {
		return ""
	}
	return s.stroke(k) + ` stroke-linejoin="round"`
}

// within writes what follows into a group: areas with one outline share it.
func (s *svg) within(attributes string) {
	if attributes == s.group {
		return
	}
	if s.group != "" {
		s.body.WriteString("</g>\n")
	}
	if attributes != "" {
		s.body.WriteString("<g" + attributes + ">\n")
	}
	s.group = attributes
}

func (s *svg) polyline(m Polyline) {
	s.within("")
	var d strings.Builder
	for _, run := range runs(m.Points) {
		trace(&d, simplified(spots(run)))
	}
	if d.Len() == 0 {
		return
	}
	k := m.Stroke.line()
	join := ""
	if !m.Rule {
		join = ` stroke-linejoin="round" stroke-linecap="round"`
		if k.Dash != Solid {
			join = ` stroke-linejoin="round"`
		}
	}
	if m.Cased {
		fmt.Fprintf(&s.body, "<path d=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"%s\" stroke-linejoin=\"round\"/>\n", d.String(), s.colour(Paper), number(k.Width+2.5))
	}
	fmt.Fprintf(&s.body, "<path d=\"%s\" fill=\"none\"%s%s/>\n", d.String(), s.stroke(k), join)
}

// trace writes a line as a path does.
func trace(d *strings.Builder, line []spot) {
	for i, p := range line {
		switch i {
		case 0:
			d.WriteByte('M')
		case 1:
			d.WriteByte('L')
		default:
			d.WriteByte(' ')
		}
		d.WriteString(tenth(p.x) + " " + tenth(p.y))
	}
	if len(line) == 1 {
		d.WriteString("h0")
	}
}

func (s *svg) area(m Area) {
	s.within(s.outline(m.Outline))
	fmt.Fprintf(&s.body, "<path d=\"%sZ\"%s/>\n", path(m.Points), s.fill(m.Fill))
	s.hatching(m.hatching(), m.Fill.Role)
}

// path writes straight lines between points.
func path(points []Point) string {
	var d strings.Builder
	trace(&d, spots(points))
	return d.String()
}

func (s *svg) hatching(lines []segment, role Role) {
	if len(lines) == 0 {
		return
	}
	s.within("")
	var d strings.Builder
	for _, l := range lines {
		d.WriteString("M" + number(l.from.X) + " " + number(l.from.Y) + "L" + number(l.to.X) + " " + number(l.to.Y))
	}
	fmt.Fprintf(&s.body, "<path d=\"%s\" stroke=\"%s\" stroke-width=\"%s\" opacity=\".5\"/>\n", d.String(), s.colour(role), number(hatchWidth))
}

func (s *svg) points(m Points) {
	s.within("")
	role, size := s.colour(m.Style.Role), m.Style.size()
	switch {
	case m.Style.Shape == Ring:
		fmt.Fprintf(&s.body, "<g fill=\"%s\" stroke=\"%s\" stroke-width=\"%s\">\n", s.colour(Paper), role, number(pointWidth))
	case m.Style.Shape == Cross:
		fmt.Fprintf(&s.body, "<g stroke=\"%s\" stroke-width=\"%s\">\n", role, number(pointWidth))
	default:
		fmt.Fprintf(&s.body, "<g fill=\"%s\" stroke=\"%s\" stroke-width=\"%s\">\n", role, s.colour(Paper), number(pointRim))
	}
	for _, p := range m.At {
		if !finite(p.X, p.Y) {
			continue
		}
		polygon, lines := m.Style.Shape.outline(p, size)
		switch {
		case polygon != nil:
			fmt.Fprintf(&s.body, "<path d=\"%sZ\"/>\n", path(polygon))
		case lines != nil:
			fmt.Fprintf(&s.body, "<path d=\"%s%s\"/>\n", path(lines[0][:]), path(lines[1][:]))
		default:
			fmt.Fprintf(&s.body, "<circle cx=\"%s\" cy=\"%s\" r=\"%s\"/>\n", number(p.X), number(p.Y), number(size/2))
		}
	}
	s.body.WriteString("</g>\n")
}

func (s *svg) arrow(m Arrow) {
	s.within("")
	head, end := m.head()
	k := m.Stroke.line()
	fmt.Fprintf(&s.body, "<path d=\"%s\" fill=\"none\"%s/>\n", path([]Point{m.From, end}), s.stroke(k))
	fmt.Fprintf(&s.body, "<path d=\"%sZ\" fill=\"%s\"/>\n", path(head), s.colour(k.Role))
}

func (s *svg) text(m Text) {
	s.within("")
	var b strings.Builder
	if m.Anchor != Start {
		b.WriteString(map[Anchor]string{Middle: ` text-anchor="middle"`, End: ` text-anchor="end"`}[m.Anchor])
	}
	if m.size() != LabelSize {
		b.WriteString(` font-size="` + number(m.size()) + `"`)
	}
	if m.Bold {
		b.WriteString(` font-weight="bold"`)
	}
	if m.Italic {
		b.WriteString(` font-style="italic"`)
	}
	if m.Halo {
		fmt.Fprintf(&b, ` paint-order="stroke" stroke="%s" stroke-width="%s" stroke-linejoin="round"`, s.colour(Paper), number(2*haloWidth))
	}
	fmt.Fprintf(&s.body, "<text x=\"%s\" y=\"%s\" fill=\"%s\"%s>%s</text>\n", number(m.At.X), number(m.At.Y), s.textColour(m.Role), b.String(), plain.XML(m.Text))
}

// haloWidth is how far the rim of a text reaches.
const haloWidth = 2.0

func (s *svg) cells(m Cells) {
	s.within("")
	s.body.WriteString("<g shape-rendering=\"crispEdges\">\n")
	for _, l := range m.painted() {
		fmt.Fprintf(&s.body, "<path%s d=\"", s.fill(l.paint))
		for _, b := range l.blocks {
			fmt.Fprintf(&s.body, "M%s %sH%sV%sH%sz", tenth(b.x0), tenth(b.y0), tenth(b.x1), tenth(b.y1), tenth(b.x0))
		}
		s.body.WriteString("\"/>\n")
	}
	s.body.WriteString("</g>\n")
	lines := m.hatching()
	for role := range roles {
		s.hatching(lines[role], role)
	}
}

func (s *svg) circle(m Circle) {
	s.within("")
	fmt.Fprintf(&s.body, "<circle cx=\"%s\" cy=\"%s\" r=\"%s\"%s%s/>\n", number(m.Center.X), number(m.Center.Y), number(m.Radius), s.fill(m.Fill), s.outline(m.Outline))
}

func (s *svg) box(m Box) {
	s.within("")
	fmt.Fprintf(&s.body, "<rect x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\" rx=\"%s\"%s%s/>\n", number(m.Min.X), number(m.Min.Y), number(m.width()), number(m.height()), number(m.Radius), s.fill(m.Fill), s.outline(m.Outline))
}
