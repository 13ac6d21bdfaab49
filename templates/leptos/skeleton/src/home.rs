//! The guest book's page: a form, and the entries below it.

use leptos::either::Either;
use leptos::form::ActionForm;
use leptos::html;
use leptos::prelude::*;
use leptos_meta::Title;

use crate::api::{Sign, entries};
use crate::entry::{Entry, LONGEST_MESSAGE, LONGEST_NAME, room};

#[component]
pub fn Home() -> impl IntoView {
    let sign = ServerAction::<Sign>::new();
    // Loaded again after each attempt to sign.
    let newest = Resource::new(move || sign.version().get(), |_| entries());
    view! {
        <Title text="Guest book" />
        <h1>"Guest book"</h1>
        <SignForm sign />
        <h2>"Newest entries"</h2>
        <Transition fallback=|| view! { <p>"The entries are on their way."</p> }>
            {move || Suspend::new(async move {
                match newest.await {
                    Ok(entries) => Either::Left(view! { <EntryList entries /> }),
                    Err(error) => Either::Right(view! { <p>{error.to_string()}</p> }),
                }
            })}
        </Transition>
    }
}

/// Without scripts, the browser submits the form natively and then reloads the page.
#[component]
fn SignForm(sign: ServerAction<Sign>) -> impl IntoView {
    let form = NodeRef::<html::Form>::new();
    let message = RwSignal::new(String::new());
    let refusal = move || Some(sign.value().get()?.err()?.to_string());
    Effect::new(move || {
        if matches!(sign.value().get(), Some(Ok(()))) {
            message.update(String::clear);
            if let Some(form) = form.get_untracked() {
                form.reset();
            }
        }
    });
    view! {
        <ActionForm action=sign node_ref=form>
            <label for="name">"Name"</label>
            <input id="name" name="name" autocomplete="name" required maxlength=LONGEST_NAME />
            <label for="message">"Message"</label>
            <textarea
                id="message"
                name="message"
                rows="4"
                required
                maxlength=LONGEST_MESSAGE
                aria-describedby="room"
                on:input:target=move |event| message.set(event.target().value())
            ></textarea>
            <p id="room">"Characters left: " {move || room(&message.read())}</p>
            <button disabled=move || sign.pending().get()>"Sign"</button>
            <p role="alert">{refusal}</p>
        </ActionForm>
    }
}

#[component]
fn EntryList(entries: Vec<Entry>) -> impl IntoView {
    if entries.is_empty() {
        return Either::Left(view! { <p>"Nobody has signed yet."</p> });
    }
    let items = entries.into_iter().map(|Entry { name, message }| {
        view! {
            <li>
                <p>{message}</p>
                <p class="name">{name}</p>
            </li>
        }
    });
    Either::Right(view! { <ol>{items.collect_view()}</ol> })
}
