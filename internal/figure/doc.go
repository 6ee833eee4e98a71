// Package figure draws what an explanation shows: curves, points, regions of a
// plane, surfaces and small networks.
//
// A [Figure] is a list of marks in its own units (typically 640 x 400, y
// downwards) with a text alternative, which says in words what one sees. Marks
// name roles, not colours: [Ink], [Muted], [SeriesA]. What a figure is drawn on
// decides about colours, fonts and characters: [Figure.WriteSVG] and
// [Figure.WritePNG] make files, [Figure.WriteInlineSVG] a part of a page whose
// colours the page's style rules ([CSS]), [Figure.Text] lines for a terminal.
//
// Few callers add marks themselves. [Figure.Axes] maps data to a rectangle and
// adds lines, functions, points, regions, contours and labels;
// [Figure.Surface] and [Figure.Network] draw what their names say.
//
// Mistakes do not interrupt: a figure remembers the first one, and every writer
// returns it. Values that are no finite numbers are gaps in lines, points that
// are left out and cells that stay empty; anywhere else they are a mistake.
// [Figure.Check] looks at the drawing too: text that leaves the figure, that is
// too small or that lies on other text.
//
// The same figure gives the same bytes in every run. Of the same marks, data and
// values of functions there are the same SVG and text on every machine:
// coordinates are rounded before they are written, and sums of products are
// rounded one by one, so that no processor fuses them. What [Axes.Function],
// [Axes.Region], [Axes.Contour] and [Figure.Surface] are given is the caller's to
// compute so: where the last bit of a value differs by machine, what is drawn may
// differ a little.
package figure
