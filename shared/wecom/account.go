package wecom

import (
	"context"
	"fmt"

	"frontdesk/shared/channel"
	"frontdesk/shared/message"
)

// Account is one account of customer service that an app knows of. W:94661.
type Account struct {
	OpenKFID string `json:"open_kfid"`
	Name     string `json:"name"`
	// Managed says that the app may call for it.
	Managed bool `json:"manage_privilege"`
}

type accountsRequest struct {
	Offset int `json:"offset"`
	Limit  int `json:"limit"`
}

// How many accounts one answer lists, and after how many no more are asked for (W:94661).
const (
	pageOfAccounts = 100
	maxAccounts    = 5000
)

// Accounts lists the accounts of customer service that a channel's secret can see. Errors
// are [*message.SendError] and never Unknown.
func (s *Sender) Accounts(ctx context.Context, ch channel.Channel) ([]Account, error) {
	var all []Account
	for len(all) < maxAccounts {
		var got struct {
			List []Account `json:"account_list"`
		}
		c := call{ch: ch, path: "kf/account/list", body: accountsRequest{len(all), pageOfAccounts}, repeatable: true}
		if err := s.ask(ctx, c, &got); err != nil {
			return nil, err
		}
		if all = append(all, got.List...); len(got.List) < pageOfAccounts {
			break
		}
	}
	return all, nil
}

type contactWay struct {
	Account string `json:"open_kfid"`
	Scene   string `json:"scene"`
}

// ContactLink returns the address at which customers open the chat with an account;
// scene, 1 to 32 letters, digits, _ and -, comes back in enter_session. W:94665. Errors are
// [*message.SendError].
func (s *Sender) ContactLink(ctx context.Context, ch channel.Channel, scene string) (string, error) {
	if ch.Kind != message.WeComKF || !fits(scene, 32, "_-") {
		return "", &message.SendError{Class: message.Bug, Reason: "only an account of customer service has a link, with a scene of at most 32 letters and digits"}
	}
	var got struct {
		URL string `json:"url"`
	}
	if err := s.ask(ctx, call{ch: ch, path: "kf/add_contact_way", body: contactWay{ch.OpenKFID, scene}, repeatable: true}, &got); err != nil {
		return "", err
	}
	return got.URL, nil
}

// Repeated sends one text to a customer twice under one msgid, and says what the second
// call was answered: errcode 0 when it was taken like the first. Whether the customer got one
// or two messages only they can see.
func (s *Sender) Repeated(ctx context.Context, ch channel.Channel, customer, msgID, text string) (code int, err error) {
	ch.RepeatSafe, ch.RepeatCode = false, 0 // the bare answer is wanted
	out := message.Outgoing{Channel: ch.ID, To: message.Person{UserID: customer}, Ref: msgID, Content: message.Content{Shape: message.ShapeText, Text: text}}
	if _, err := s.Send(ctx, ch, out); err != nil {
		return 0, fmt.Errorf("send the first time: %w", err)
	}
	c, failed := newCall(ch, out)
	if failed != nil {
		return 0, failed
	}
	var sent served
	switch failed = s.do(ctx, c, &sent); {
	case failed == nil:
		return 0, nil
	case failed.Code != 0:
		return failed.Code, nil
	}
	return 0, fmt.Errorf("send the second time: %w", failed)
}
