// Package menus gives WeCom apps the menus of the live playbook. In this order:
//
//	ask    a [Timer] compares the live version with what it last gave to each app, and puts
//	       an errand on the inbox for those that are behind
//	give   the [Keeper] looks up what is live, calls WeCom if the menu is another than the
//	       one we gave (menu/create, menu/delete), and writes down what the app has now
//
// A crash between the two last steps gives the same menu twice, which does no harm.
//
// It never touches an app that the playbook says nothing about: a menu that somebody made in
// WeCom's console stays, until the playbook has one for that app. When the playbook has
// none any more, only a menu that we gave is taken away.
package menus

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"frontdesk/shared/channel"
	"frontdesk/shared/errand"
	"frontdesk/shared/live"
	"frontdesk/shared/message"
	"frontdesk/shared/playbook"
	"frontdesk/shared/record"
	"frontdesk/shared/wecom"
)

// WeCom is what is asked of apps ([wecom.Sender]).
type WeCom interface {
	SetMenu(ctx context.Context, ch channel.Channel, buttons []wecom.MenuButton) error
	DeleteMenu(ctx context.Context, ch channel.Channel) error
}

// Keeper runs errands of kind [errand.Menu]. Its fields must not change.
type Keeper struct {
	Channels []channel.Channel
	WeCom    WeCom
	Live     *live.Cache
	Store    *record.Store
	Now      func() time.Time
	Log      *slog.Logger
}

// Run gives one app the menu of the live playbook. What WeCom refuses is written down, with
// when to try again, and is no error: the timer asks again. Errors are the table's. Without
// anything to do it costs two reads, and one more for a new version.
func (k *Keeper) Run(ctx context.Context, e errand.Errand, _ int) error {
	version, err := k.Store.Live(ctx) // what the cache knows may be older than the errand
	if err != nil {
		return fmt.Errorf("ask for the live playbook: %w", err)
	}
	book, err := k.Live.Use(ctx, version, k.Now())
	if err != nil {
		return err
	}
	has, err := k.Store.AppMenu(ctx, e.Channel)
	if err != nil || settled(has, version) {
		return err
	}
	next, err := k.after(ctx, has, book)
	if err != nil {
		return err
	}
	return k.Store.SetAppMenu(ctx, next)
}

// after gives the menu and returns what the app has then.
func (k *Keeper) after(ctx context.Context, has record.AppMenu, book *live.Book) (record.AppMenu, error) {
	next := record.AppMenu{Channel: has.Channel, Playbook: book.Version(), Digest: has.Digest, Version: has.Version}
	ch, ok := channel.Find(k.Channels, has.Channel)
	if !ok || ch.Kind != message.WeComApp {
		if has.Trying != book.Version() {
			k.Log.Warn("an app that the playbook has, or had, a menu for is not in the settings", "channel", has.Channel)
		}
		has.Trying, has.Tries, has.Next = book.Version(), 0, k.Now().Add(absent)
		return has, nil
	}
	menu := of(book.Playbook(), ch.ID)
	digest, err := digested(ch, menu)
	if err != nil {
		return has, err
	}
	next.Digest = digest
	if digest == has.Digest {
		return next, nil
	}
	if len(menu) > 0 {
		err = k.WeCom.SetMenu(ctx, ch, buttons(menu))
	} else {
		err = k.WeCom.DeleteMenu(ctx, ch) // we gave it one
	}
	if err != nil {
		return k.refused(has, book.Version(), err), nil
	}
	return next, nil
}

// settled reports whether an app has what a version says.
func settled(has record.AppMenu, version int64) bool {
	return has.Playbook == version && has.Trying == 0
}

// of returns the menu of an app, nil when the playbook has none for it.
func of(p *playbook.Playbook, id string) []playbook.MenuButton {
	for _, m := range p.Menus {
		if m.Channel == id {
			return m.Buttons
		}
	}
	return nil
}

// digested stands for a menu of one app; "" for none.
func digested(ch channel.Channel, menu []playbook.MenuButton) (string, error) {
	if len(menu) == 0 {
		return "", nil
	}
	data, err := json.Marshal(menu)
	if err != nil {
		return "", fmt.Errorf("encode a menu: %w", err)
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "%s/%d/%s", ch.CorpID, ch.AgentID, data))
	return hex.EncodeToString(sum[:16]), nil
}

func buttons(menu []playbook.MenuButton) []wecom.MenuButton {
	var all []wecom.MenuButton
	for _, b := range menu {
		all = append(all, wecom.MenuButton{Name: b.Name, Key: b.Choice, URL: b.URL, Buttons: buttons(b.Buttons)})
	}
	return all
}

// How long a menu that was refused is left: WeCom is busy or does not answer, or an
// operator must act. A newer version is tried at once.
const (
	unanswered = time.Minute
	longest    = 30 * time.Minute
	stopped    = 6 * time.Hour
	// absent is when an app that is not in the settings is looked for again: it may come, or
	// come back.
	absent = 10 * time.Minute
)

// refused notes that a version could not be given, and tells an operator once for each
// version when waiting alone will not help.
func (k *Keeper) refused(has record.AppMenu, version int64, err error) record.AppMenu {
	if has.Trying != version {
		has.Trying, has.Tries, has.Told = version, 0, false
	}
	failed, known := errors.AsType[*message.SendError](err)
	pause := min(unanswered<<min(has.Tries, 10), longest)
	if known {
		pause = max(pause, failed.After)
	}
	if known && failed.Class != message.Retry && failed.Class != message.Slow {
		pause = max(pause, stopped)
		if !has.Told {
			has.Told = true
			k.Log.Error("an app's menu cannot be set until an operator acts", "alarm", "menu_refused",
				"channel", has.Channel, "version", version, "code", failed.Code, "error", failed.Reason)
		}
	}
	has.Tries++
	has.Next = k.Now().Add(pause)
	return has
}
