package publish

import (
	"fmt"
	"unicode/utf8"

	"frontdesk/shared/message"
	"frontdesk/shared/wecom"
	"frontdesk/shared/whatsapp"
)

// kindName is what people call a kind of channel.
func kindName(k message.Kind) string {
	switch k {
	case message.WeComKF:
		return "WeChat customer service"
	case message.WeComApp:
		return "a WeCom app"
	case message.WeComBot:
		return "an AI bot"
	}
	return "WhatsApp"
}

// choiceLimit is how many choices one message of a kind of channel has, and how long the
// id of one may be: in bytes, or in characters at WhatsApp.
type choiceLimit struct {
	kind    message.Kind
	most    int
	longest int
}

// choiceLimits are those of the kinds that a variant goes to; WhatsApp's when it goes to none.
func choiceLimits(s message.Shape, kinds []message.Kind) []choiceLimit {
	if len(kinds) == 0 {
		kinds = []message.Kind{message.WhatsApp}
	}
	var all []choiceLimit
	for _, k := range kinds {
		all = append(all, choiceLimitOf(s, k))
	}
	return all
}

func choiceLimitOf(s message.Shape, k message.Kind) choiceLimit {
	list := s == message.ShapeList
	switch {
	case k == message.WeComKF:
		return choiceLimit{k, wecom.MaxMenuItems, wecom.MaxMenuID}
	case k != message.WhatsApp && list:
		return choiceLimit{k, wecom.MaxCardOptions, wecom.MaxCardOptionID}
	case k != message.WhatsApp:
		return choiceLimit{k, wecom.MaxCardButtons, wecom.MaxCardButtonKey}
	case list:
		return choiceLimit{k, whatsapp.MaxListRows, whatsapp.MaxRowID}
	}
	return choiceLimit{k, whatsapp.MaxButtons, whatsapp.MaxButtonID}
}

func fewest(limits []choiceLimit) int {
	most := limits[0].most
	for _, l := range limits {
		most = min(most, l.most)
	}
	return most
}

// tooLongID says that an id is too long for one of the kinds; "" when it is not.
func tooLongID(id string, limits []choiceLimit) (what, fix string) {
	for _, l := range limits {
		n, unit := len(id), "bytes"
		if l.kind == message.WhatsApp {
			n, unit = utf8.RuneCountInString(id), "characters"
		}
		if n > l.longest {
			return fmt.Sprintf("the id has %d %s", n, unit), fmt.Sprintf("write at most %d, which is what %s takes", l.longest, kindName(l.kind))
		}
	}
	return "", ""
}
