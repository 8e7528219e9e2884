package render

// kind is what sort of value an expression gives. It is known before anything
// is rendered, so that a template that cannot work is refused when it is saved.
type kind int

const (
	kindText kind = iota
	kindAny       // a value whose kind is not known: an item of a list
	kindNumber
	kindYesNo
	kindTime
	kindList
	kindNothing // nil
)

// builtIn are the names that every template may use.
func builtIn(path string) (kind, bool) {
	switch path {
	case "contact.name", "message.text", "team.name", "channel":
		return kindText, true
	case "first_contact":
		return kindYesNo, true
	case "now":
		return kindTime, true
	}
	return 0, false
}

// builtInNames are listed to whoever uses a name that does not exist.
const builtInNames = "contact.name, first_contact, message.text, team.name, now, channel"

func forloop(path string) (kind, bool) {
	switch path {
	case "forloop.first", "forloop.last":
		return kindYesNo, true
	case "forloop.index", "forloop.index0", "forloop.rindex", "forloop.rindex0", "forloop.length":
		return kindNumber, true
	}
	return 0, false
}

// Reserved reports whether a name has a meaning in templates already, so that no
// variable of a playbook, no assign and no loop may take it.
func Reserved(name string) bool {
	switch name {
	case "contact", "message", "team", "first_contact", "now", "channel", "forloop",
		"true", "false", "nil", "null", "empty", "blank", "and", "or", "contains", "in",
		"reversed", "limit", "offset", "cols":
		return true
	}
	return false
}

// scope is the names that are certain to exist at a place of a template: those
// of the blocks around it.
type scope struct {
	outer *scope
	names map[string]kind
}

func (s *scope) set(name string, k kind) {
	if s.names == nil {
		s.names = map[string]kind{}
	}
	s.names[name] = k
}

func (s *scope) lookup(name string) (kind, bool) {
	for ; s != nil; s = s.outer {
		if k, ok := s.names[name]; ok {
			return k, true
		}
	}
	return 0, false
}

// assign gives a name a value: in the block that made it if there is one, else
// in this block, at whose end it is no longer certain.
func (s *scope) assign(name string, k kind) {
	for o := s; o != nil; o = o.outer {
		if old, ok := o.names[name]; ok {
			if old != k {
				k = kindAny
			}
			o.names[name] = k
			return
		}
	}
	s.set(name, k)
}

func quote(s string) string { return "“" + s + "”" }
