package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"frontdesk/shared/channel"
	"frontdesk/shared/message"
	"frontdesk/shared/wecom"
)

const wecomUsage = `frontdesk wecom check                            sign in to every WeCom channel, list accounts and links
       frontdesk wecom repeat --channel ID --to CUSTOMER  send one msgid twice, to learn what repeated_msgid must be
Both read FRONTDESK_CHANNELS and call WeCom from this machine, whose address WeCom must know.`

// wecomCommand helps to set WeCom channels up.
func wecomCommand(ctx context.Context, args []string, env func(string) string, stdout, stderr io.Writer) error {
	f := newFlags("wecom", wecomUsage)
	id := f.String("channel", "", "repeat: the channel of customer service")
	to := f.String("to", "", "repeat: the external_userid of a customer who has just written")
	words, err := f.parse(args, stderr)
	if err != nil {
		return err
	}
	if len(words) != 1 || words[0] != "check" && words[0] != "repeat" || (words[0] == "repeat") != (*id != "" && *to != "") {
		return f.wrongUse()
	}
	channels, err := channel.Load(ctx, env("FRONTDESK_CHANNELS"), nil)
	if err != nil {
		return err
	}
	client := &http.Client{Timeout: 10 * time.Second}
	sender := &wecom.Sender{HTTP: client, Tokens: &wecom.Tokens{Store: &wecom.Memory{}, HTTP: client}}
	if words[0] == "repeat" {
		return repeat(ctx, sender, channels, target{*id, *to}, stdout)
	}
	return checkWeCom(ctx, sender, channels, stdout)
}

// checkWeCom tells of each WeCom channel whether it can be signed in to, and what is needed to
// set it up.
func checkWeCom(ctx context.Context, s *wecom.Sender, channels []channel.Channel, w io.Writer) error {
	checked, wrong := 0, 0
	for _, ch := range channels {
		if ch.Kind != message.WeComApp && ch.Kind != message.WeComKF && ch.Kind != message.WeComGroup {
			continue
		}
		checked++
		fmt.Fprintf(w, "%s (%s)\n", ch.ID, ch.Kind)
		err := checkOne(ctx, s, ch, w)
		if refused, ok := errors.AsType[*message.SendError](err); ok {
			fmt.Fprintf(w, "  refused with code %d: %s\n", refused.Code, refused.Reason)
		} else if err != nil {
			fmt.Fprintf(w, "  %v\n", err)
		}
		if err != nil {
			wrong++
		}
	}
	switch {
	case checked == 0:
		return errors.New("FRONTDESK_CHANNELS names no channel of WeCom that is signed in to")
	case wrong > 0:
		return fmt.Errorf("%s cannot be used; docs/wecom.md says what each code means", count(wrong, "channel"))
	}
	return nil
}

func checkOne(ctx context.Context, s *wecom.Sender, ch channel.Channel, w io.Writer) error {
	if _, err := s.Tokens.Get(ctx, ch); err != nil {
		return err
	}
	fmt.Fprintln(w, "  signed in: corp_id and secret belong together")
	if ch.Kind != message.WeComKF {
		return nil
	}
	accounts, err := s.Accounts(ctx, ch)
	if err != nil {
		return err
	}
	mine := errors.New("open_kfid is none of these accounts")
	for _, a := range accounts {
		note := ""
		if !a.Managed {
			note = "  (the app may not manage it)"
		}
		if a.OpenKFID == ch.OpenKFID && a.Managed {
			note, mine = "  (this channel)", nil
		}
		fmt.Fprintf(w, "  account %s  %s%s\n", a.OpenKFID, a.Name, note)
	}
	if mine != nil {
		return mine
	}
	link, err := s.ContactLink(ctx, ch, "frontdesk")
	if err == nil {
		fmt.Fprintf(w, "  customers open it at %s\n", link)
	}
	return err
}

// target is whom to send to.
type target struct{ channel, customer string }

func repeat(ctx context.Context, s *wecom.Sender, channels []channel.Channel, to target, w io.Writer) error {
	for _, ch := range channels {
		if ch.ID != to.channel || ch.Kind != message.WeComKF {
			continue
		}
		code, err := s.Repeated(ctx, ch, to.customer, rand.Text(), "Frontdesk: this message must come once. 这条消息应当只出现一次。")
		if err != nil {
			return err
		}
		if known, ok := wecom.Explain(code); ok && known.Class != message.Bug {
			return fmt.Errorf("the second call was refused with %d (%s), which says nothing about a repeated msgid: let the customer write again and repeat this", code, known.Meaning)
		}
		if code != 0 {
			fmt.Fprintf(w, "The second call was refused with %d. If one message came, write \"repeated_msgid\": %d\n", code, code)
			return nil
		}
		fmt.Fprintln(w, `The second call was answered like the first. If one message came, write "repeated_msgid": "ignored"; if two came, leave it out.`)
		return nil
	}
	return fmt.Errorf("there is no channel %s of kind wecom_kf", to.channel)
}
