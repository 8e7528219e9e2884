package message

// Lines is an article as a text: its title, its description if it is asked for, and its
// address on a line of its own.
func (a Article) Lines(described bool) string {
	text := a.Title
	if described && a.Description != "" {
		text += "\n" + a.Description
	}
	return text + "\n" + a.URL
}
