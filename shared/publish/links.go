package publish

import (
	"fmt"
	"strings"

	"frontdesk/shared/playbook"
	"frontdesk/shared/wecom"
)

// links holds that cards and articles say where they lead. Whether it is an https address
// shows when they are rendered.
func (c *checker) links(path string, v *playbook.Variant) {
	if v.Link != nil && strings.TrimSpace(v.Link.URL) == "" {
		c.add(path+".link.url", "the link has no address", "write the https address that it opens")
	}
	if n := len(v.Articles); n > wecom.MaxArticles {
		c.add(path+".articles", fmt.Sprintf("there are %d articles", n), fmt.Sprintf("keep at most %d", wecom.MaxArticles))
	}
	for i, a := range v.Articles {
		at := fmt.Sprintf("%s.articles[%d]", path, i)
		if strings.TrimSpace(a.Title) == "" {
			c.add(at+".title", "the title is missing", "write what the contact is to read")
		}
		if strings.TrimSpace(a.URL) == "" {
			c.add(at+".url", "the article has no address", "write the https address that it opens")
		}
	}
}
