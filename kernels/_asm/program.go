package main

import (
	"slices"
)

// program is a kernel's body, or a formula, made ready for lowering.
type program struct {
	nodes  []*node        // what there is to do, in order
	leaves []*node        // constants, parameters, fields and inputs in use
	folded map[*node]bool // done as part of the node that takes them
	last   map[*node]int  // where in nodes a node is used for the last time
}

// newProgram puts everything that leads to roots in order. fold says whether a
// node that takes another does its work too, which then must have no other use.
func newProgram(roots []*node, fold func(n, arg *node) bool) *program {
	p := &program{folded: map[*node]bool{}, last: map[*node]int{}}
	uses := map[*node]int{}
	var all []*node
	var visit func(n *node)
	visit = func(n *node) {
		uses[n]++
		if uses[n] > 1 {
			return
		}
		all = append(all, n)
		for _, arg := range n.args {
			visit(arg)
		}
	}
	for _, root := range roots {
		visit(root)
	}
	slices.SortFunc(all, func(a, b *node) int { return a.number - b.number })
	for _, n := range all {
		for _, arg := range n.args {
			if uses[arg] == 1 && fold(n, arg) {
				p.folded[arg] = true
			}
		}
	}
	for _, n := range all {
		switch {
		case n.leaf():
			p.leaves = append(p.leaves, n)
		case !p.folded[n]:
			p.nodes = append(p.nodes, n)
		}
	}
	for i, n := range p.nodes {
		p.use(n, i)
	}
	for _, root := range roots {
		if root.op < opStore { // a formula's result, which the caller uses
			p.last[root] = len(p.nodes)
		}
	}
	return p
}

// foldNothing is for lowerings that do every node for itself.
func foldNothing(n, arg *node) bool { return false }

// use notes that step i uses the arguments of n.
func (p *program) use(n *node, i int) {
	for _, arg := range n.args {
		p.last[arg] = i
		if p.folded[arg] {
			p.use(arg, i)
		}
	}
}

// slices returns the slices in use, in the order of their use.
func (p *program) slices() []string {
	var names []string
	for _, n := range p.nodes {
		if (n.op == opLoad || n.op == opStore) && !slices.Contains(names, n.name) {
			names = append(names, n.name)
		}
	}
	return names
}

// eachConstant calls use for each constant that is an argument, by its number,
// or that the lowering's way to do a node implies, with -1.
func (p *program) eachConstant(implied func(n *node) []expr, use func(c, user *node, i int)) {
	visit := func(n *node) {
		for i, arg := range n.args {
			if arg.op == opConstant {
				use(arg, n, i)
			}
		}
		for _, c := range implied(n) {
			use(c, n, -1)
		}
	}
	for _, n := range p.nodes {
		visit(n)
	}
	for n := range p.folded {
		visit(n)
	}
}

// spilled returns which of the constants that a lowering would have in registers
// stay in memory, because there are more than so many: those with the fewest
// uses, and of those the last. 0 is made, not loaded, and stays.
func spilled(uses map[*node]int, registers int) map[*node]bool {
	var all []*node
	for _, n := range allConstants {
		if uses[n] > 0 && !n.isZero() {
			all = append(all, n)
		}
	}
	slices.SortStableFunc(all, func(a, b *node) int { return uses[b] - uses[a] })
	some := map[*node]bool{}
	for _, n := range all[min(registers, len(all)):] {
		some[n] = true
	}
	return some
}

// vanishes reports whether n is 0 where what is loaded is: past the end of a
// slice. Parameters and fields are taken to be finite.
func vanishes(n *node) bool {
	arg := func(i int) bool { return vanishes(n.args[i]) }
	switch n.op {
	case opLoad:
		return true
	case opConstant:
		return n.isZero()
	case opAdd, opSub:
		return arg(0) && arg(1)
	case opMul:
		return arg(0) || arg(1)
	case opMulAdd, opNegMulAdd:
		return (arg(0) || arg(1)) && arg(2)
	case opSqrt, opAbs, opNegAbs, opNeg, opDecay:
		return arg(0)
	case opWhere:
		return arg(1)
	}
	return false
}

// index returns the name of the parameter that its index counts from, empty if it has none.
func (p *program) index() string {
	name := ""
	for _, n := range p.nodes {
		if n.op == opIndex {
			if name != "" {
				panic("a kernel has more than one index")
			}
			name = n.name
		}
	}
	return name
}

// takes reports whether there is a leaf of that kind and name.
func (p *program) takes(op operation, name string) bool {
	return slices.ContainsFunc(p.leaves, func(n *node) bool { return n.op == op && n.name == name })
}
