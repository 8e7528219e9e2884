package decide

import (
	"errors"
	"strconv"

	"frontdesk/shared/playbook"
)

// Fault is one reason why a playbook cannot be compiled. [Compile] joins them
// (errors.Join); [Faults] lists them.
type Fault struct{ playbook.Fault }

func (f *Fault) Error() string { return f.Path + ": " + f.Message + "; " + f.Fix }

// Faults returns all the faults that [Compile] refused a playbook for, in the
// order of the playbook; none when err is something else.
func Faults(err error) []playbook.Fault {
	var list interface{ Unwrap() []error }
	if !errors.As(err, &list) {
		return nil
	}
	var out []playbook.Fault
	for _, e := range list.Unwrap() {
		var f *Fault
		if errors.As(e, &f) {
			out = append(out, f.Fault)
		}
	}
	return out
}

// place is where in a playbook something stands. It is written out only when
// there is a fault.
type place struct {
	in    *place
	field string
	index int // -1 for a field that is no list
}

func (p *place) key(field string) *place { return &place{in: p, field: field, index: -1} }

func (p *place) at(field string, i int) *place { return &place{in: p, field: field, index: i} }

func (p *place) String() string {
	s := p.field
	if p.index >= 0 {
		s += "[" + strconv.Itoa(p.index) + "]"
	}
	if p.in != nil {
		s = p.in.String() + "." + s
	}
	return s
}

// CheckCondition returns what [Compile] refuses a single condition for: one that is not
// made of others and names no calendar. Paths begin with a dot, behind the condition.
func CheckCondition(x *playbook.Condition) []playbook.Fault {
	c := newCompiler(&playbook.Playbook{}, 0)
	c.condition(x, &place{index: -1})
	return Faults(errors.Join(c.faults...))
}

// CheckFilter returns what [Compile] refuses the dates of a filter and the effects of its
// action for. Paths begin with a dot, behind the filter.
func CheckFilter(f *playbook.Filter) []playbook.Fault {
	c, at := newCompiler(&playbook.Playbook{}, 0), &place{index: -1}
	c.dates(&filter{Filter: f}, at)
	c.effect(&f.Then, at.key("then"))
	return Faults(errors.Join(c.faults...))
}
