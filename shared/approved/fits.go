package approved

import (
	"fmt"
	"slices"
	"strings"

	"frontdesk/shared/playbook"
	"frontdesk/shared/whatsapp"
)

// body holds that the parameters of the text are filled: by their number, or by their names.
func (f *finder) body(t whatsapp.Template, name string) {
	if len(t.Names) > 0 {
		f.byName(t, name)
		return
	}
	if len(f.v.Named) > 0 {
		f.add("parameters", ".named", fmt.Sprintf("%s has no parameters with names in %s.", name, f.v.Language), "Write params in place of named.")
		return
	}
	if len(f.v.Params) != t.Params {
		fix := fmt.Sprintf("Write %s, one for each number in its text, in order.", count(t.Params, "text"))
		if t.Params == 0 {
			fix = "Remove params."
		}
		f.add("parameters", ".params", fmt.Sprintf("%s takes %s in %s, and the variant gives %d.", name, count(t.Params, "parameter"), f.v.Language, len(f.v.Params)), fix)
	}
}

func (f *finder) byName(t whatsapp.Template, name string) {
	var missing []string
	for _, want := range t.Names {
		if !slices.ContainsFunc(f.v.Named, func(p playbook.Named) bool { return p.Name == want }) {
			missing = append(missing, want)
		}
	}
	if len(missing) > 0 {
		f.add("parameters", ".named", fmt.Sprintf("%s needs %s in %s, and the variant does not fill it.", name, strings.Join(missing, ", "), f.v.Language),
			"Write an entry with name and text for each in named; params are for numbered parameters.")
	}
	for i, p := range f.v.Named {
		if !slices.Contains(t.Names, p.Name) {
			f.add("parameters", fmt.Sprintf(".named[%d].name", i), fmt.Sprintf("%s has no parameter %s in %s.", name, quote(p.Name), f.v.Language),
				"Use one of "+strings.Join(t.Names, ", ")+".")
		}
	}
}

// header holds that what stands in the header is what the template has there.
func (f *finder) header(t whatsapp.Template, name string) {
	file, has := strings.ToLower(t.Header), ""
	if f.v.Media != nil {
		has = f.v.Media.Kind
	}
	wants := ""
	if slices.Contains([]string{"image", "video", "document"}, file) {
		wants = file
	}
	switch {
	case wants != "" && has != wants:
		f.add("header", ".media", fmt.Sprintf("%s has one file in its header, of kind %s, and the variant gives no such file.", name, wants),
			`Write media with "kind": "`+wants+`" and the address of the file.`)
	case wants == "" && has != "":
		f.add("header", ".media", fmt.Sprintf("%s has no file in its header.", name), "Remove media.")
	}
	switch {
	case t.HeaderParam && f.v.Header == nil:
		f.add("header", ".header", fmt.Sprintf("%s has a parameter in its header, and the variant does not fill it.", name), "Write header with the text for it.")
	case !t.HeaderParam && f.v.Header != nil:
		f.add("header", ".header", fmt.Sprintf("%s has no parameter in its header.", name), "Remove header.")
	case t.HeaderParam && f.v.Header.Name != t.HeaderName:
		f.add("header", ".header.name", fmt.Sprintf("The parameter in the header of %s has %s.", name, called(t.HeaderName)), "Write its name as it is in WhatsApp Manager, or none for {{1}}.")
	}
}

func called(name string) string {
	if name == "" {
		return "no name"
	}
	return "the name " + name
}

// buttons holds that each entry fills a button of its type, and that no address stays open.
func (f *finder) buttons(t whatsapp.Template, name string) {
	filled := map[int]bool{}
	for i, b := range f.v.Buttons {
		at := fmt.Sprintf(".buttons[%d]", i)
		filled[b.Index] = true
		if b.Index < 0 || b.Index >= len(t.Buttons) {
			f.add("buttons", at+".index", fmt.Sprintf("%s has %s, counted from 0.", name, count(len(t.Buttons), "button")), "Correct the index, or remove the entry.")
			continue
		}
		is := t.Buttons[b.Index]
		switch {
		case b.Payload != "" && is.Type != "QUICK_REPLY":
			f.add("buttons", at+".payload", fmt.Sprintf("Button %d of %s is no quick reply.", b.Index, name), "Remove payload.")
		case b.URL != "" && !is.Param:
			f.add("buttons", at+".url", fmt.Sprintf("Button %d of %s has no address with a part to fill.", b.Index, name), "Remove url.")
		}
	}
	for i, b := range t.Buttons {
		if b.Param && !filled[i] {
			f.add("buttons", ".buttons", fmt.Sprintf("The address of button %d of %s has a part to fill, and the variant does not.", i, name),
				fmt.Sprintf(`Write {"index": %d, "url": …} with the end of the address.`, i))
		}
	}
}
