"""The Chalice application: all routes are one Lambda, each event handler is its own."""

from chalice.app import Chalice

from chalicelib.adapters.http.error_answers import uniform_errors
from chalicelib.adapters.http.responses import finish_response
from functions import claims, desk, later, middleware, notify, page, payouts, quiz, schedule, share, sign_in, wechat
from functions import office as desk_work
from functions import probe as probing

app = Chalice(app_name=middleware.APP_NAME)
# API Gateway returns binary only to clients whose Accept header begins with a binary type. WeChat's servers send `*/*`,
# which only `*/*` itself matches; request bodies then all arrive as Base64. For the responses see `finish_response`.
app.api.binary_types = ["*/*"]
app.register_middleware(middleware.entered)
app.register_middleware(finish_response, event_type="http")
app.register_middleware(uniform_errors, event_type="http")
app.register_middleware(middleware.own_pages_only, event_type="http")
for module in (wechat, desk, page, sign_in, quiz, claims, share, payouts, notify, later, schedule, desk_work, probing):
    app.register_blueprint(module.bp)

pay = payouts.pay
sweep = payouts.sweep
reconcile = payouts.reconcile
take_later = later.take_later
open_contest = schedule.open_contest
close_contest = schedule.close_contest
office = desk_work.office
probe = probing.probe
