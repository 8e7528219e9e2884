package render

// run is one rendering of one text.
type run struct {
	set      *Set
	values   Values
	names    *names
	assigned map[string]value // the names that assign and for have given a value
	turn     turn
	args     [maxArgs]value // of the filter that is being applied
	work     int            // what filters have worked on, in bytes
	out      output
}

// grown is the finding of a text that has no room left.
func grown(line int) *finding {
	return &finding{line, problem{"grows too long while it is rendered", "shorten it, or cut what the contact wrote with | truncate: 200"}}
}

func (r *run) write(s string, line int) *finding {
	if !r.out.write(s) {
		return grown(line)
	}
	return nil
}

func (r *run) writeAll(pieces []string, line int) *finding {
	for _, s := range pieces {
		if bad := r.write(s, line); bad != nil {
			return bad
		}
	}
	return nil
}

func (r *run) nodes(list []node) *finding {
	for _, n := range list {
		if bad := n.render(r); bad != nil {
			return bad
		}
	}
	return nil
}

// block renders what stands inside a tag. Behind its end {{- reaches no further back.
func (r *run) block(body []node) *finding {
	if bad := r.nodes(body); bad != nil {
		return bad
	}
	if !r.out.settle() {
		return grown(1)
	}
	return nil
}

func (r *run) assign(name string, v value) {
	if r.assigned == nil {
		r.assigned = map[string]value{}
	}
	r.assigned[name] = v
}

// evaluate joins relations from left to right, and and or alike: a or b and c is
// (a or b) and c. Shopify's Liquid goes from right to left. A relation that can no
// longer change the answer is not looked at.
func (r *run) evaluate(e expression) (value, *problem) {
	answer, bad := r.relation(&e[0])
	if bad != nil || len(e) == 1 {
		return answer, bad
	}
	yes := answer.truthy()
	for i := range e[1:] {
		next := &e[1+i]
		if yes == next.or {
			continue
		}
		if answer, bad = r.relation(next); bad != nil {
			return value{}, bad
		}
		yes = answer.truthy()
	}
	return yesNo(yes), nil
}

func (r *run) relation(n *relation) (value, *problem) {
	v := r.operand(&n.left)
	if n.op != "" {
		return yesNo(compare(v, n.op, r.operand(&n.right))), nil
	}
	for _, f := range n.filters {
		var bad *problem
		if v, bad = r.filter(f, v); bad != nil {
			return value{}, bad
		}
	}
	return v, nil
}

func (r *run) operand(o *operand) value {
	if o.path == "" {
		return o.value
	}
	if v, ok := r.assigned[o.path]; ok {
		return v
	}
	if v, ok := r.turn.property(o.path); ok {
		return v
	}
	return r.set.value(o.path, &r.values)
}

// filter applies one filter. Why it failed is told without any of the values.
func (r *run) filter(f call, v value) (value, *problem) {
	args := r.args[:0]
	r.work += v.bytes()
	for i := range f.args {
		args = append(args, r.operand(&f.args[i]))
		r.work += args[i].bytes()
	}
	if r.work > maxWork {
		return value{}, &problem{"lets filters work on more than 4 MB of text", "cut what the contact wrote first, with | truncate: 200"}
	}
	v, err := f.run(r.names, v, args)
	if err == nil && len(v.text) > maxValue {
		err = reason("a text inside the template grew too long")
	}
	if err != nil {
		return value{}, &problem{"stops at the filter " + quote(f.name) + ": " + err.Error(), "give it another value, or a default"}
	}
	return v, nil
}

func (r *run) anyEqual(v value, values []operand) bool {
	for i := range values {
		if equal(v, r.operand(&values[i])) {
			return true
		}
	}
	return false
}
